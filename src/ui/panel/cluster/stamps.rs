//! Labels and taints to put on nodes: taken up by dragging, by a click or by a key, and put down on as many nodes as one likes.
//!
//! What is written without an effect is a label, with one a taint, as kubectl tells them apart by its verbs. A stamp that was taken
//! up by a click or a key stays in the hand until Escape; one that was dragged is put down once.

use playground::act::Act;
use yew::prelude::*;

use crate::host::dom;
use crate::text::{fill, text};

/// The stamps that are there before one writes one's own.
const READY: [&str; 4] = ["disktype=ssd", "gpu=true:NoSchedule", "maintenance=true:NoExecute", "gpu:NoSchedule-"];

/// So many pixels make a drag of a press.
const DRAG: f64 = 5.0;

/// A label or a taint, as it is typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Stamp(pub String);

impl Stamp {
    /// Whether it is a taint: only those name an effect.
    fn is_taint(&self) -> bool {
        self.0.contains(':')
    }

    /// What putting it on a node does.
    pub fn act(&self, node: String) -> Act {
        match self.is_taint() {
            true => Act::Taint { node, taints: self.0.clone() },
            false => Act::Label { node, labels: self.0.clone() },
        }
    }
}

/// Finds the node of a field at a point of the window.
pub type Picker = std::rc::Rc<std::cell::RefCell<Option<Box<dyn Fn(f64, f64) -> Option<String>>>>>;

/// What is in the hand, and how it came there.
#[derive(Clone, Default, PartialEq)]
pub struct Hand {
    pub stamp: Option<Stamp>,
    /// It is dragged, and lies where the pointer is.
    pub dragged: bool,
}

/// A press that may become a drag.
pub struct Press {
    pub stamp: Stamp,
    at: (f64, f64),
    moved: bool,
}

/// The hand and what it does; for the panel.
#[derive(Clone)]
pub struct Stamping {
    pub hand: UseStateHandle<Hand>,
    press: std::rc::Rc<std::cell::RefCell<Option<Press>>>,
    pub ghost: NodeRef,
    pub panel: NodeRef,
    pub picker: Picker,
    act: Callback<Act>,
}

/// Keeps what is in the hand.
#[hook]
pub fn use_stamping(act: &Callback<Act>) -> Stamping {
    Stamping {
        hand: use_state(Hand::default),
        press: use_mut_ref(|| None),
        ghost: use_node_ref(),
        panel: use_node_ref(),
        picker: (*use_state(Picker::default)).clone(),
        act: act.clone(),
    }
}

impl Stamping {
    /// Whether something is in the hand.
    pub fn holds(&self) -> bool {
        self.hand.stamp.is_some()
    }

    /// Takes a stamp up, or puts it back.
    fn toggle(&self, stamp: &Stamp) {
        let there = self.hand.stamp.as_ref() == Some(stamp);
        self.hand.set(Hand { stamp: (!there).then(|| stamp.clone()), dragged: false });
    }

    fn let_go(&self) {
        self.hand.set(Hand::default());
    }

    /// Puts what is in the hand on a node.
    pub fn put_on(&self, node: String) {
        if let Some(stamp) = &self.hand.stamp {
            self.act.emit(stamp.act(node));
        }
    }

    pub fn onpointermove(&self) -> Callback<PointerEvent> {
        let it = self.clone();
        Callback::from(move |event: PointerEvent| {
            let mut press = it.press.borrow_mut();
            let Some(press) = press.as_mut() else { return };
            let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
            if !press.moved && (x - press.at.0).abs().max((y - press.at.1).abs()) > DRAG {
                press.moved = true;
                it.hand.set(Hand { stamp: Some(press.stamp.clone()), dragged: true });
            }
            dom::lay_at(&it.ghost, &it.panel, x, y);
        })
    }

    pub fn onpointerup(&self) -> Callback<PointerEvent> {
        let it = self.clone();
        Callback::from(move |event: PointerEvent| {
            let Some(press) = it.press.borrow_mut().take().filter(|press| press.moved) else { return };
            let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
            let in_field = || it.picker.borrow().as_ref().and_then(|pick| pick(x, y));
            if let Some(node) = dom::attribute_at(x, y, ".node", NODE).or_else(in_field) {
                it.act.emit(press.stamp.act(node));
            }
            it.let_go();
        })
    }

    /// A drag that the browser took for itself comes to nothing.
    pub fn onpointercancel(&self) -> Callback<PointerEvent> {
        let it = self.clone();
        Callback::from(move |_: PointerEvent| {
            if it.press.borrow_mut().take().is_some_and(|press| press.moved) {
                it.let_go();
            }
        })
    }

    /// A click, or Enter on a node's name, puts it down there.
    pub fn onclick(&self) -> Callback<MouseEvent> {
        let it = self.clone();
        Callback::from(move |event: MouseEvent| {
            let on_control = dom::is_within(&event, "button, summary, input") && !dom::is_within(&event, ".plain");
            if it.holds()
                && !it.hand.dragged
                && !on_control
                && let Some(node) = dom::attribute_around(&event, ".node", NODE)
            {
                it.put_on(node);
            }
        })
    }

    pub fn onkeydown(&self) -> Callback<KeyboardEvent> {
        let it = self.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" && it.holds() {
                event.prevent_default();
                it.press.borrow_mut().take();
                it.let_go();
            }
        })
    }
}

/// The attribute in which a card names its node.
const NODE: &str = "data-node";

#[derive(Properties)]
pub struct Props {
    pub stamping: Stamping,
    /// What is in the hand as this is drawn: the hand itself always tells what is in it by now.
    pub hand: Hand,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        self.hand == other.hand
    }
}

/// The tray of stamps.
#[component]
pub fn Stamps(props: &Props) -> Html {
    let own = use_state(Vec::<Stamp>::new);
    let written = use_state(String::new);
    let stamping = &props.stamping;
    let onsubmit = {
        let (own, written, stamping) = (own.clone(), written.clone(), stamping.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            let stamp = Stamp(written.trim().to_owned());
            if !stamp.0.is_empty() {
                let known = READY.contains(&stamp.0.as_str()) || own.contains(&stamp);
                if !known {
                    own.set(own.iter().cloned().chain([stamp.clone()]).collect());
                }
                stamping.hand.set(Hand { stamp: Some(stamp), dragged: false });
                written.set(String::new());
            }
        }
    };
    let oninput = {
        let written = written.clone();
        move |event: InputEvent| written.set(dom::value(&event))
    };
    let all = READY.iter().map(|ready| Stamp((*ready).to_owned())).chain(own.iter().cloned());
    let words = match &props.hand.stamp {
        Some(stamp) => fill("stamps.held", &[("what", &stamp.0)]),
        None => text("stamps.how").to_owned(),
    };
    html! {
        <div class="stamps" role="group" aria-label={text("stamps.title")}>
            <ul>
                { for all.map(|stamp| view_stamp(&stamp, props)) }
                <li>
                    <form {onsubmit}>
                        <input value={(*written).clone()} placeholder="key=value:NoExecute" aria-label={text("stamps.own")} spellcheck="false" autocapitalize="off" {oninput} />
                        <button type="submit" class="soft">{ text("stamps.take") }</button>
                    </form>
                </li>
            </ul>
            <p aria-live="polite">{ words }</p>
        </div>
    }
}

fn view_stamp(stamp: &Stamp, props: &Props) -> Html {
    let stamping = &props.stamping;
    let held = props.hand.stamp.as_ref() == Some(stamp);
    let onpointerdown = {
        let (stamp, press) = (stamp.clone(), stamping.press.clone());
        move |event: PointerEvent| {
            let at = (f64::from(event.client_x()), f64::from(event.client_y()));
            *press.borrow_mut() = Some(Press { stamp: stamp.clone(), at, moved: false });
        }
    };
    let onclick = {
        let (stamp, stamping) = (stamp.clone(), stamping.clone());
        move |_: MouseEvent| stamping.toggle(&stamp)
    };
    let kind = if stamp.is_taint() { "taint" } else { "label" };
    html! {
        <li key={stamp.0.clone()}>
            <button type="button" class={classes!("stamp", kind)} aria-pressed={held.to_string()} {onpointerdown} {onclick}>
                <span class="what">{ text(if kind == "taint" { "stamps.taint" } else { "stamps.label" }) }</span>{ &stamp.0 }
            </button>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effect_makes_a_taint_and_anything_else_is_a_label() {
        let act = |text: &str| Stamp(text.into()).act("n".into());
        assert_eq!(act("disktype=ssd"), Act::Label { node: "n".into(), labels: "disktype=ssd".into() });
        assert_eq!(act("disktype-"), Act::Label { node: "n".into(), labels: "disktype-".into() });
        assert_eq!(act("a=b:NoExecute"), Act::Taint { node: "n".into(), taints: "a=b:NoExecute".into() });
        assert_eq!(act("a:NoSchedule-"), Act::Taint { node: "n".into(), taints: "a:NoSchedule-".into() });
    }
}
