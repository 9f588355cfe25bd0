//! Small services on elements: focus, scrolling, menus, what an input holds.

use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Element, HtmlElement, HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::{document, window};

/// The text in the input or text area an event came from.
pub fn value(event: &InputEvent) -> String {
    let target = event.target();
    if let Some(input) = target.as_ref().and_then(|target| target.dyn_ref::<HtmlInputElement>()) {
        return input.value();
    }
    target
        .as_ref()
        .and_then(|target| target.dyn_ref::<HtmlTextAreaElement>())
        .map(|area| area.value())
        .unwrap_or_default()
}

/// The text of a paste, if it has any.
pub fn pasted(event: &Event) -> Option<String> {
    event.dyn_ref::<ClipboardEvent>()?.clipboard_data()?.get_data("text/plain").ok()
}

/// Whether this machine's keyboard has a command key.
pub fn has_command_key() -> bool {
    window().navigator().platform().is_ok_and(|platform| platform.starts_with("Mac"))
}

/// Byte offset of the cursor in an input, and whether some of its text, or of the page's, is selected.
pub fn cursor(input: &NodeRef) -> (usize, bool) {
    let Some(input) = input.cast::<HtmlInputElement>() else { return (0, false) };
    let start = input.selection_start().ok().flatten().unwrap_or(0);
    let end = input.selection_end().ok().flatten().unwrap_or(0);
    let page = window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed());
    (byte_offset(&input.value(), end), start != end || page)
}

/// What stands in an input.
pub fn text_of(input: &NodeRef) -> String {
    input.cast::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default()
}

/// Whether nothing stands in an input.
pub fn is_empty(input: &NodeRef) -> bool {
    input.cast::<HtmlInputElement>().is_none_or(|input| input.value().is_empty())
}

/// Puts the cursor of an input at byte `offset` of `text`, which it is about to hold.
pub fn write(input: &NodeRef, text: &str, offset: usize) {
    let Some(input) = input.cast::<HtmlInputElement>() else { return };
    input.set_value(text);
    let units = text.get(..offset).unwrap_or(text).encode_utf16().count() as u32;
    let _ = input.set_selection_range(units, units);
}

/// The byte at which `units` of UTF-16 end: a browser counts in those.
pub fn byte_offset(text: &str, units: u32) -> usize {
    let mut left = units as usize;
    for (offset, letter) in text.char_indices() {
        if left == 0 {
            return offset;
        }
        left = left.saturating_sub(letter.len_utf16());
    }
    text.len()
}

/// Focuses an element.
pub fn focus(element: &NodeRef) {
    if let Some(element) = element.cast::<HtmlElement>() {
        let _ = element.focus();
    }
}

/// The nearest element around the one an event happened on that matches `selector`.
///
/// Yew listens at the page's root, so an event's own `currentTarget` is always that.
fn around(event: &Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok()?
}

/// An attribute of the nearest element around the one an event happened on that matches `selector`.
pub fn attribute_around(event: &Event, selector: &str, name: &str) -> Option<String> {
    around(event, selector)?.get_attribute(name)
}

/// Whether an event happened on or in something that matches `selector`.
pub fn is_within(event: &Event, selector: &str) -> bool {
    around(event, selector).is_some()
}

/// An attribute of the nearest match of `selector` around what is seen at a point of the window.
pub fn attribute_at(x: f64, y: f64, selector: &str, name: &str) -> Option<String> {
    let there = document().element_from_point(x as f32, y as f32)?;
    there.closest(selector).ok()??.get_attribute(name)
}

/// Lays an element, absolutely placed in another, at a point of the window.
pub fn lay_at(element: &NodeRef, inside: &NodeRef, x: f64, y: f64) {
    let (Some(element), Some(inside)) = (element.cast::<HtmlElement>(), inside.cast::<Element>()) else { return };
    let corner = inside.get_bounding_client_rect();
    let pixels = |length: f64| [&(length as i32).to_string(), "px"].concat();
    let _ = element.style().set_property("left", &pixels(x - corner.left()));
    let _ = element.style().set_property("top", &pixels(y - corner.top()));
}

/// Where a point of the window is inside an element, what is scrolled away included; `None` outside.
pub fn place_of(x: f64, y: f64, element: &NodeRef) -> Option<(f64, f64)> {
    let element = element.cast::<Element>()?;
    let corner = element.get_bounding_client_rect();
    let inside = (corner.left()..corner.right()).contains(&x) && (corner.top()..corner.bottom()).contains(&y);
    inside.then(|| (x - corner.left(), y - corner.top() + f64::from(element.scroll_top())))
}

/// Moves the focus `step` further among the matches of `item` inside the nearest `list` around the event, round the end.
pub fn focus_neighbour(event: &KeyboardEvent, list: &str, item: &str, step: i32) {
    let Some(found) = around(event, list).and_then(|list| list.query_selector_all(item).ok()) else { return };
    let count = found.length() as i32;
    let focused = document().active_element();
    let at = (0..count).find(|index| found.item(*index as u32).as_ref() == focused.as_deref()).unwrap_or(-step);
    if count > 0
        && let Some(next) = found.item((at + step).rem_euclid(count) as u32)
        && let Some(next) = next.dyn_ref::<HtmlElement>()
    {
        let _ = next.focus();
    }
}

/// Puts a menu beside the button that opens it, on the side with more room, and its focus on the first item.
///
/// The menu is a popover: the browser lifts it over everything, closes it on Escape or a click elsewhere and gives the focus back.
pub fn place_menu(button: &NodeRef, menu: &NodeRef) {
    let (Some(button), Some(menu)) = (button.cast::<Element>(), menu.cast::<HtmlElement>()) else { return };
    let at = button.get_bounding_client_rect();
    let side = |size: Result<wasm_bindgen::JsValue, _>| size.ok().and_then(|size: wasm_bindgen::JsValue| size.as_f64());
    let width = side(window().inner_width()).unwrap_or(0.0);
    let height = side(window().inner_height()).unwrap_or(0.0);
    let style = menu.style();
    let put = |name: &str, value: Option<f64>| {
        let value = value.map_or_else(|| "auto".to_owned(), |pixels| [&(pixels as i32).to_string(), "px"].concat());
        let _ = style.set_property(name, &value);
    };
    let to_the_right = at.left() + at.right() < width;
    put("left", to_the_right.then(|| at.left()));
    put("right", (!to_the_right).then(|| width - at.right()));
    let below = at.top() + at.bottom() < height;
    put("top", below.then(|| at.bottom() + 4.0));
    put("bottom", (!below).then(|| height - at.top() + 4.0));
}

/// Shows a popover.
pub fn show_popover(element: &NodeRef) {
    if let Some(element) = element.cast::<HtmlElement>() {
        let _ = element.show_popover();
    }
}

/// Hides it.
pub fn hide_popover(element: &NodeRef) {
    if let Some(element) = element.cast::<HtmlElement>() {
        let _ = element.hide_popover();
    }
}

/// Whether a pointer that leaves something goes into an element.
pub fn goes_to(event: &MouseEvent, element: &NodeRef) -> bool {
    let to = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
    element.get().zip(to).is_some_and(|(element, to)| element.contains(Some(&to)))
}

/// Whether an element has the focus.
pub fn has_focus(element: &NodeRef) -> bool {
    document().active_element().is_some_and(|focused| element.get().is_some_and(|it| it.is_same_node(Some(&focused))))
}

/// Focuses the first match of `selector` inside `element`.
pub fn focus_first(element: &NodeRef, selector: &str) {
    let found = element.cast::<Element>().and_then(|element| element.query_selector(selector).ok().flatten());
    if let Some(found) = found.as_ref().and_then(|found| found.dyn_ref::<HtmlElement>()) {
        let _ = found.focus();
    }
}

/// Focuses the first match of `selector` on the page.
pub fn focus_at(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(found) = found.as_ref().and_then(|found| found.dyn_ref::<HtmlElement>()) {
        let _ = found.focus();
    }
}

/// Brings the last match of `selector` into view.
pub fn show_last(selector: &str) {
    let Ok(found) = document().query_selector_all(selector) else { return };
    let last = found.length().checked_sub(1).and_then(|last| found.item(last));
    if let Some(last) = last.as_ref().and_then(|last| last.dyn_ref::<Element>()) {
        last.scroll_into_view_with_bool(false);
    }
}

/// Whether the page has a phone's width.
pub fn is_narrow() -> bool {
    window().inner_width().ok().and_then(|width| width.as_f64()).is_some_and(|width| width <= 520.0)
}

/// What has arrived has: its arrival isn't played again when the panel it is in has been away and comes back.
pub fn played_once(event: AnimationEvent) {
    let played = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    if let Some(element) = played.filter(|_| event.animation_name() == "arrive") {
        let _ = element.style().set_property("animation", "none");
    }
}

/// Scrolls a box whose content hangs from its end back to that end.
pub fn scroll_to_end(element: &NodeRef) {
    if let Some(element) = element.cast::<Element>() {
        element.set_scroll_top(0);
    }
}

/// Keeps the pointer with the element it was pressed on, until it is let go.
pub fn capture_pointer(event: &PointerEvent) {
    if let Some(element) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) {
        let _ = element.set_pointer_capture(event.pointer_id());
    }
}

/// The same, with the element around it that matches `selector`.
pub fn capture_pointer_with(event: &PointerEvent, selector: &str) {
    if let Some(element) = around(event, selector) {
        let _ = element.set_pointer_capture(event.pointer_id());
    }
}

/// How far along the element around it that matches `selector` a pointer is: 0 at its left edge, 1 at its right.
pub fn pointer_along(event: &PointerEvent, selector: &str) -> Option<f64> {
    let element = around(event, selector)?.get_bounding_client_rect();
    Some((f64::from(event.client_x()) - element.left()) / element.width())
}

/// How large an element is inside.
pub fn size(element: &NodeRef) -> (i32, i32) {
    element.cast::<Element>().map_or((0, 0), |element| (element.client_width(), element.client_height()))
}

/// How far an element is scrolled down.
pub fn scroll_top(element: &NodeRef) -> i32 {
    element.cast::<Element>().map_or(0, |element| element.scroll_top())
}

/// Scrolls an element as little as brings what lies at `y` into view.
pub fn scroll_into(element: &NodeRef, y: i32, height: i32) {
    let Some(element) = element.cast::<Element>() else { return };
    let (top, room) = (element.scroll_top(), element.client_height());
    if y < top {
        element.set_scroll_top(y - height);
    } else if y + height > top + room {
        element.set_scroll_top(y + 2 * height - room);
    }
}

/// Where a pointer is inside an element, what is scrolled away included.
pub fn place_in(event: &MouseEvent, element: &NodeRef) -> Option<(f64, f64)> {
    let element = element.cast::<Element>()?;
    let corner = element.get_bounding_client_rect();
    Some((
        f64::from(event.client_x()) - corner.left(),
        f64::from(event.client_y()) - corner.top() + f64::from(element.scroll_top()),
    ))
}

/// Clicks the element with an id.
pub fn click(id: &str) {
    if let Some(element) = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.click();
    }
}

/// Where a pointer is inside the parent of the element it was pressed on, in per cent of its width and height.
pub fn pointer_in_parent(event: &PointerEvent) -> Option<(i32, i32)> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    let parent = element.parent_element()?.get_bounding_client_rect();
    let x = (f64::from(event.client_x()) - parent.left()) * 100.0 / parent.width();
    let y = (f64::from(event.client_y()) - parent.top()) * 100.0 / parent.height();
    Some((x as i32, y as i32))
}

/// Asks the browser to print the page.
pub fn print() {
    let _ = window().print();
}

/// Sets a CSS variable of the whole document.
pub fn set_variable(name: &str, value: &str) {
    if let Some(root) = document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok()) {
        let _ = root.style().set_property(name, value);
    }
}
