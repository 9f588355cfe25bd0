//! Many nodes as a field of tiles: one tile a node, its Pods as dots in the colours of their workloads.
//!
//! Only the tiles in view are painted, and after a change only those whose node is another. For the keyboard and those who
//! hear the page it is a grid with one cell at a time, the one that the arrow keys have come to.

use std::rc::Rc;

use playground::act::Act;
use playground::view::{Node, ObjectRef, Picture, PodLook, Readiness, VerdictKind};
use yew::prelude::*;

use super::groups::Group;
use super::stamps::{Picker, Stamp};
use crate::host::canvas::{Canvas, Resizing};
use crate::host::{dom, theme};
use crate::panel::why::words::{reason_words, verdict_word};
use crate::part::shown::Shown;
use crate::text::{fill, text};

/// Sizes of a tile, the gap beside it included, from far to near, in pixels.
pub const SIZES: [f64; 5] = [11.0, 16.0, 24.0, 40.0, 84.0];
/// Room for a group's name.
const HEAD: f64 = 26.0;
/// Room around the whole.
const EDGE: f64 = 14.0;

#[derive(Properties)]
pub struct Props {
    pub picture: Shown<Picture>,
    /// What a click puts on a node, instead of selecting it.
    pub held: Option<Stamp>,
    /// Where the field says which node is at a point.
    pub picker: Picker,
    pub groups: Rc<Vec<Group>>,
    /// Index into [`SIZES`].
    pub zoom: usize,
    pub zoomed: Callback<usize>,
    pub act: Callback<Act>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        self.picture == other.picture
            && self.held == other.held
            && self.zoom == other.zoom
            && (Rc::ptr_eq(&self.groups, &other.groups) || self.groups == other.groups)
    }
}

/// What was painted last: a tile that is the same needn't be painted again.
#[derive(Default)]
struct Painted {
    nodes: Vec<Rc<Node>>,
    view: Option<View>,
    palette: Option<Palette>,
}

/// Everything on which a tile's place and look depend beside its node.
#[derive(Clone, PartialEq)]
struct View {
    groups: Rc<Vec<Group>>,
    zoom: usize,
    columns: usize,
    top: i32,
    cursor: Option<usize>,
    selected: Option<ObjectRef>,
    colours: Vec<u8>,
    dark: bool,
}

/// The field.
#[component]
pub fn Field(props: &Props) -> Html {
    let (around, canvas) = (use_node_ref(), use_node_ref());
    let top = use_state(|| 0);
    let size = use_state(|| (0, 0));
    let cursor = use_state(|| None::<String>);
    let (hovered, focused) = (use_state(|| None::<String>), use_state(|| false));
    let painted = use_mut_ref(Painted::default);
    {
        let (around, size) = (around.clone(), size.clone());
        use_effect_with((), move |()| {
            let watched = around.clone();
            let resizing = Resizing::watch(&watched, Callback::from(move |()| size.set(dom::size(&around))));
            move || drop(resizing)
        });
    }
    let picture = &props.picture;
    let plan = Plan::new(&props.groups, SIZES[props.zoom], f64::from(size.0));
    let at_cursor = cursor.as_deref().and_then(|name| picture.nodes.iter().position(|node| node.name == name));
    {
        let (around, canvas, picture, plan) = (around.clone(), canvas.clone(), picture.clone(), plan.clone());
        let (groups, zoom, top) = (props.groups.clone(), props.zoom, *top);
        use_effect(move || {
            let view = View {
                groups,
                zoom,
                columns: plan.columns,
                top,
                cursor: at_cursor,
                selected: picture.selected.clone().filter(|object| object.kind == "Node"),
                colours: picture.workloads.iter().map(|workload| workload.colour).collect(),
                dark: theme::is_dark(),
            };
            paint(&canvas, &around, &picture, &plan, view, &mut painted.borrow_mut());
        });
    }
    let node_at = {
        let (plan, around) = (plan.clone(), around.clone());
        move |event: &MouseEvent| dom::place_in(event, &around).and_then(|(x, y)| plan.node_at(x, y))
    };
    {
        let (picture, plan, around) = (picture.clone(), plan.clone(), around.clone());
        let name = move |place: usize| picture.nodes.get(place).map(|node| node.name.clone());
        *props.picker.borrow_mut() = Some(Box::new(move |x, y| {
            let (x, y) = dom::place_of(x, y, &around)?;
            name(plan.node_at(x, y)?)
        }));
    }
    let choose = {
        let (picture, act, held) = (picture.clone(), props.act.clone(), props.held.clone());
        move |node: &Node| {
            act.emit(held.as_ref().map_or_else(|| select(&picture, node), |stamp| stamp.act(node.name.clone())));
        }
    };
    let onclick = {
        let (picture, choose, cursor, node_at) = (picture.clone(), choose.clone(), cursor.clone(), node_at.clone());
        move |event: MouseEvent| {
            if let Some(node) = node_at(&event).and_then(|place| picture.nodes.get(place)) {
                cursor.set(Some(node.name.clone()));
                choose(node);
            }
        }
    };
    let onmousemove = {
        let (picture, hovered, node_at) = (picture.clone(), hovered.clone(), node_at.clone());
        move |event: MouseEvent| {
            let node = node_at(&event).and_then(|place| picture.nodes.get(place)).map(|node| node.name.clone());
            if node != *hovered {
                hovered.set(node);
            }
        }
    };
    let onmouseleave = {
        let hovered = hovered.clone();
        move |_: MouseEvent| hovered.set(None)
    };
    let onkeydown = {
        let (picture, cursor, plan, around) = (picture.clone(), cursor.clone(), plan.clone(), around.clone());
        let (zoomed, zoom) = (props.zoomed.clone(), props.zoom);
        move |event: KeyboardEvent| {
            let key = event.key();
            let moved = plan.moved(at_cursor, &key);
            match key.as_str() {
                "Enter" | " " => {
                    if let Some(node) = at_cursor.and_then(|place| picture.nodes.get(place)) {
                        choose(node);
                    }
                }
                "+" | "=" => zoomed.emit((zoom + 1).min(SIZES.len() - 1)),
                "-" => zoomed.emit(zoom.saturating_sub(1)),
                _ if moved.is_some() => {}
                _ => return,
            }
            event.prevent_default();
            if let Some(node) = moved.and_then(|place| picture.nodes.get(place)) {
                cursor.set(Some(node.name.clone()));
                if let Some((_, y)) = moved.and_then(|place| plan.place_of(place)) {
                    dom::scroll_into(&around, y as i32, plan.size as i32);
                }
            }
        }
    };
    let onwheel = {
        let (zoomed, zoom) = (props.zoomed.clone(), props.zoom);
        move |event: WheelEvent| {
            if event.ctrl_key() {
                event.prevent_default();
                zoomed.emit(if event.delta_y() < 0.0 {
                    (zoom + 1).min(SIZES.len() - 1)
                } else {
                    zoom.saturating_sub(1)
                });
            }
        }
    };
    let onscroll = {
        let around = around.clone();
        move |_: Event| top.set(dom::scroll_top(&around))
    };
    let node = at_cursor.and_then(|place| picture.nodes.get(place));
    let selected = node.is_some_and(|node| is_selected(picture, node));
    // What the pointer is on; else what the keys have come to.
    let pointed = hovered.as_deref().and_then(|name| picture.nodes.iter().find(|node| node.name == name));
    let says = pointed.or(node.filter(|_| *focused));
    let onfocus = {
        let focused = focused.clone();
        move |_: FocusEvent| focused.set(true)
    };
    let onblur = move |_: FocusEvent| focused.set(false);
    html! {
        <div class="field-box">
        <canvas ref={canvas} aria-hidden="true" />
        <div ref={around} class="field" role="grid" tabindex="0" aria-label={summary(picture, &props.groups)}
            aria-activedescendant={node.map(|_| "field-cell")} {onclick} {onmousemove} {onmouseleave} {onfocus} {onblur} {onkeydown} {onwheel} {onscroll}>
            // As high as all tiles: an attribute, since the page's policy refuses inline styles.
            <div class="extent" role="row">
                <svg width="1" height={(plan.height as u32).to_string()} aria-hidden="true" />
                <div id="field-cell" class="sr" role="gridcell" aria-selected={if selected { "true" } else { "false" }}>
                    { node.map(|node| describe(node)).unwrap_or_default() }
                </div>
            </div>
        </div>
        if let Some(node) = says {
            <p class="tile-says" aria-hidden="true">{ describe(node) }</p>
        }
        </div>
    }
}

/// Where every tile lies.
#[derive(Clone, PartialEq)]
struct Plan {
    groups: Rc<Vec<Group>>,
    size: f64,
    columns: usize,
    /// Where the tiles of each group begin.
    tops: Vec<f64>,
    height: f64,
}

impl Plan {
    fn new(groups: &Rc<Vec<Group>>, size: f64, width: f64) -> Plan {
        let columns = (((width - 2.0 * EDGE) / size) as usize).max(1);
        let mut y = EDGE / 2.0;
        let mut tops = Vec::new();
        for group in groups.iter() {
            if !group.name.is_empty() {
                y += HEAD;
            }
            tops.push(y);
            y += group.nodes.len().div_ceil(columns) as f64 * size;
        }
        Plan { groups: groups.clone(), size, columns, tops, height: y + EDGE }
    }

    fn node_at(&self, x: f64, y: f64) -> Option<usize> {
        let group = self.tops.iter().rposition(|top| *top <= y)?;
        let (column, row) = ((x - EDGE) / self.size, (y - self.tops[group]) / self.size);
        if column < 0.0 || column as usize >= self.columns {
            return None;
        }
        self.groups[group].nodes.get(row as usize * self.columns + column as usize).copied()
    }

    fn place_of(&self, node: usize) -> Option<(f64, f64)> {
        self.groups.iter().zip(&self.tops).find_map(|(group, top)| {
            let index = group.nodes.iter().position(|place| *place == node)?;
            Some(self.corner(*top, index))
        })
    }

    fn corner(&self, top: f64, index: usize) -> (f64, f64) {
        (EDGE + (index % self.columns) as f64 * self.size, top + (index / self.columns) as f64 * self.size)
    }

    /// The node to which a key leads from another; the first one from none.
    fn moved(&self, from: Option<usize>, key: &str) -> Option<usize> {
        let all = || self.groups.iter().flat_map(|group| &group.nodes).copied();
        let at = from.and_then(|node| all().position(|place| place == node));
        let step = match key {
            "ArrowRight" => 1,
            "ArrowLeft" => -1,
            "ArrowDown" => self.columns as isize,
            "ArrowUp" => -(self.columns as isize),
            "Home" => return all().next(),
            "End" => return all().last(),
            _ => return None,
        };
        let Some(at) = at else { return all().next() };
        all().nth(at.checked_add_signed(step)?).or(from)
    }
}

fn paint(canvas: &NodeRef, around: &NodeRef, picture: &Picture, plan: &Plan, view: View, painted: &mut Painted) {
    let Some((canvas, resized)) = Canvas::fit(canvas, around) else { return };
    let all = resized || painted.view.as_ref() != Some(&view);
    // Reading colours makes the browser work out all styles: once for each look of the whole.
    let palette = match painted.palette.take() {
        Some(palette) if !all => palette,
        _ => Palette::read(&canvas, view.dark),
    };
    let top = f64::from(view.top);
    if all {
        canvas.clear(0.0, 0.0, canvas.width, canvas.height);
    }
    for (group, begin) in plan.groups.iter().zip(&plan.tops) {
        if all && !group.name.is_empty() {
            canvas.ink(&palette.mute);
            let name = [group.name.as_str(), "  ", &group.nodes.len().to_string()].concat();
            canvas.write(&name, EDGE, begin - top - 8.0, canvas.width - 2.0 * EDGE, "600 13px sans-serif");
        }
        // From the first row in view to the last.
        let row = |y: f64| ((y - begin) / plan.size).max(0.0) as usize * plan.columns;
        let last = (row(top + canvas.height) + plan.columns).min(group.nodes.len());
        for index in row(top).min(last)..last {
            let place = group.nodes[index];
            let node = &picture.nodes[place];
            let known = painted.nodes.get(place).is_some_and(|known| Rc::ptr_eq(known, node));
            if all || !known {
                let (x, y) = plan.corner(*begin, index);
                let tile = Tile { canvas: &canvas, palette: &palette, x, y: y - top, size: plan.size };
                tile.paint(node, picture, view.cursor == Some(place));
            }
        }
    }
    *painted = Painted { nodes: picture.nodes.clone(), view: Some(view), palette: Some(palette) };
}

/// The page's colours, read once for a painting.
struct Palette {
    card: String,
    sunk: String,
    line: String,
    ink: String,
    mute: String,
    accent: String,
    ok: String,
    warn: String,
    bad: String,
}

/// The colours of workloads, as `static/style/cluster.css` has them.
const WORKLOADS: [&str; 9] =
    ["#f29a3f", "#f07f7f", "#e5be3a", "#79c48d", "#7fb2ea", "#c49be6", "#5fc4c0", "#e59ac2", "#b9b3a7"];

impl Palette {
    fn read(canvas: &Canvas, dark: bool) -> Palette {
        let colour = |name: &str| canvas.colour(name, dark);
        Palette {
            card: colour("--card"),
            sunk: colour("--sunk"),
            line: colour("--edge"),
            ink: colour("--ink"),
            mute: colour("--mute"),
            accent: colour("--accent"),
            ok: colour("--ok"),
            warn: colour("--warn"),
            bad: colour("--bad"),
        }
    }

    fn workload(&self, colour: u8) -> &str {
        match colour {
            0 => &self.ink,
            other => WORKLOADS[usize::from(other.min(9)) - 1],
        }
    }
}

/// A place to paint a node.
struct Tile<'a> {
    canvas: &'a Canvas,
    palette: &'a Palette,
    x: f64,
    y: f64,
    size: f64,
}

impl Tile<'_> {
    fn paint(&self, node: &Node, picture: &Picture, at_cursor: bool) {
        let Tile { canvas, palette, x, y, size } = *self;
        let inner = size - (size / 8.0).clamp(1.5, 6.0);
        canvas.clear(x - 1.0, y - 1.0, size, size);
        if node.readiness != Readiness::Removed {
            canvas.ink(if node.readiness == Readiness::Ready { &palette.card } else { &palette.sunk });
            canvas.fill(x, y, inner, inner);
        }
        // A node in trouble differs by its outline as well: thick when it isn't ready, and broken by a corner when cordoned.
        let (outline, line) = match node.readiness {
            Readiness::Ready if node.unschedulable => (&palette.warn, 1.5),
            Readiness::Ready | Readiness::Removed => (&palette.line, 0.5),
            _ => (&palette.bad, 2.0),
        };
        canvas.ink(outline);
        canvas.frame(x, y, inner, inner, line);
        if node.unschedulable {
            canvas.fill(x + inner - inner / 4.0, y, inner / 4.0, inner / 4.0);
        }
        self.paint_pods(node, picture, inner);
        if let Some(verdict) = &node.verdict {
            let (colour, share) = match verdict.kind {
                VerdictKind::Runs => (&palette.ok, 1.0),
                VerdictKind::Pending => (&palette.warn, 0.5),
                VerdictKind::Kept | VerdictKind::Misscheduled => (&palette.bad, 1.0),
                VerdictKind::Absent | VerdictKind::Possible => (&palette.mute, 0.0),
            };
            canvas.ink(colour);
            let thick = (size / 12.0).clamp(1.0, 3.0);
            canvas.fill(x, y + inner - thick, inner * share, thick);
        }
        if is_selected(picture, node) {
            canvas.ink(&palette.accent);
            canvas.frame(x - 1.0, y - 1.0, inner + 2.0, inner + 2.0, 2.0);
        } else if at_cursor {
            canvas.ink(&palette.ink);
            canvas.frame(x - 1.0, y - 1.0, inner + 2.0, inner + 2.0, 1.5);
        }
    }

    fn paint_pods(&self, node: &Node, picture: &Picture, inner: f64) {
        let Tile { canvas, palette, x, y, size } = *self;
        let named = size > 60.0;
        let head = if named { 17.0 } else { 0.0 };
        if named {
            canvas.ink(&palette.ink);
            canvas.write(&node.name, x + 5.0, y + 14.0, inner - 10.0, "600 11px sans-serif");
        }
        let dot = if named { 12.0 } else { (size / 4.5).max(2.5) };
        let pitch = dot + (dot / 4.0).max(1.0);
        let margin = if named { 5.0 } else { (size / 10.0).max(1.0) };
        let columns = (((inner - 2.0 * margin + pitch - dot) / pitch) as usize).max(1);
        let rows = (((inner - head - 2.0 * margin) / pitch) as usize).max(1);
        for (index, pod) in node.pods.iter().take(columns * rows).enumerate() {
            let (px, py) =
                (x + margin + (index % columns) as f64 * pitch, y + head + margin + (index / columns) as f64 * pitch);
            let colour = pod.workload.and_then(|place| picture.workloads.get(place as usize)).map_or(9, |w| w.colour);
            canvas.ink(palette.workload(colour));
            canvas.cover(if pod.look == PodLook::Terminating { 0.4 } else { 1.0 });
            match pod.look {
                PodLook::Pending | PodLook::Starting | PodLook::Completed => canvas.frame(px, py, dot, dot, 1.0),
                PodLook::Running => {
                    canvas.frame(px, py, dot, dot, 1.0);
                    canvas.fill(px, py + dot / 2.0, dot, dot / 2.0);
                }
                _ => canvas.fill(px, py, dot, dot),
            }
            // Of an earlier template: cut through.
            if pod.old {
                canvas.ink(&palette.card);
                canvas.fill(px, py + dot * 0.4, dot, (dot / 5.0).max(1.0));
            }
            if pod.look == PodLook::Failing {
                canvas.ink(&palette.bad);
                canvas.frame(px - 0.5, py - 0.5, dot + 1.0, dot + 1.0, (dot / 5.0).max(1.0));
            }
            canvas.cover(1.0);
        }
    }
}

fn node_ref(node: &Node) -> ObjectRef {
    ObjectRef { kind: "Node".to_owned(), namespace: String::new(), name: node.name.clone() }
}

fn is_selected(picture: &Picture, node: &Node) -> bool {
    picture.selected.as_ref().is_some_and(|object| object.kind == "Node" && object.name == node.name)
}

fn select(picture: &Picture, node: &Node) -> Act {
    Act::Select { object: (!is_selected(picture, node)).then(|| node_ref(node)) }
}

/// A node in words.
fn describe(node: &Node) -> String {
    let state = if node.readiness == Readiness::Removed { text("field.removed") } else { &node.status };
    let pods = node.pods.len().to_string();
    let words = fill("field.node", &[("name", &node.name), ("state", state), ("pods", &pods)]);
    match &node.verdict {
        Some(verdict) => {
            let reason = verdict.reason.as_ref().map(|reason| [": ", &reason_words(reason)].concat());
            [&words, " · ", verdict_word(verdict.kind), &reason.unwrap_or_default()].concat()
        }
        None => words,
    }
}

/// The whole field in words.
fn summary(picture: &Picture, groups: &[Group]) -> String {
    let shown: usize = groups.iter().map(|group| group.nodes.len()).sum();
    let ready = groups.iter().flat_map(|group| &group.nodes);
    let ready = ready.filter(|place| picture.nodes[**place].readiness == Readiness::Ready).count();
    fill("field.summary", &[("nodes", &shown.to_string()), ("ready", &ready.to_string())])
}
