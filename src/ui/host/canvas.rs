//! A surface to paint on, as large as the box it lies in, and in the page's own colours.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{CanvasRenderingContext2d, CssStyleDeclaration, Element, HtmlCanvasElement, ResizeObserver};
use yew::{Callback, NodeRef};

use super::{document, window};

/// The kind of canvas.
const FLAT: &str = "2d";

/// A canvas, ready to be painted on. Lengths are the page's pixels, however fine the screen is.
pub struct Canvas {
    context: CanvasRenderingContext2d,
    style: CssStyleDeclaration,
    pub width: f64,
    pub height: f64,
}

impl Canvas {
    /// The canvas of `element`, as large as `around`. Says whether its size is another than before: then it is empty.
    pub fn fit(element: &NodeRef, around: &NodeRef) -> Option<(Canvas, bool)> {
        let (canvas, around) = (element.cast::<HtmlCanvasElement>()?, around.cast::<Element>()?);
        let context = canvas.get_context(FLAT).ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
        let style = window().get_computed_style(&document().document_element()?).ok()??;
        let fine = window().device_pixel_ratio().max(1.0);
        let (width, height) = (f64::from(around.client_width()), f64::from(around.client_height()));
        let (across, down) = ((width * fine) as u32, (height * fine) as u32);
        let resized = (canvas.width(), canvas.height()) != (across, down);
        if resized {
            canvas.set_width(across);
            canvas.set_height(down);
            let look = canvas.style();
            let _ = look.set_property("width", &[&(width as u32).to_string(), "px"].concat());
            let _ = look.set_property("height", &[&(height as u32).to_string(), "px"].concat());
            let _ = context.scale(fine, fine);
        }
        Some((Canvas { context, style, width, height }, resized))
    }

    /// One of the page's colours, `--ink`, each of which is a pair: one for the light page, one for the dark.
    pub fn colour(&self, name: &str, dark: bool) -> String {
        let value = self.style.get_property_value(name).unwrap_or_default();
        let pair = value.trim().strip_prefix("light-dark(").and_then(|rest| rest.strip_suffix(')')?.split_once(','));
        pair.map_or(value.trim(), |(light, other)| if dark { other.trim() } else { light.trim() }).to_owned()
    }

    /// What is painted from now on has this colour.
    pub fn ink(&self, colour: &str) {
        self.context.set_fill_style_str(colour);
        self.context.set_stroke_style_str(colour);
    }

    /// How much of what is painted from now on covers: 1 for all.
    pub fn cover(&self, share: f64) {
        self.context.set_global_alpha(share);
    }

    pub fn clear(&self, x: f64, y: f64, width: f64, height: f64) {
        self.context.clear_rect(x, y, width, height);
    }

    pub fn fill(&self, x: f64, y: f64, width: f64, height: f64) {
        self.context.fill_rect(x, y, width, height);
    }

    /// An outline, inside its box.
    pub fn frame(&self, x: f64, y: f64, width: f64, height: f64, line: f64) {
        self.context.set_line_width(line);
        self.context.stroke_rect(x + line / 2.0, y + line / 2.0, width - line, height - line);
    }

    /// A text that starts at a place, no wider than so much.
    pub fn write(&self, text: &str, x: f64, y: f64, width: f64, font: &str) {
        self.context.set_font(font);
        let _ = self.context.fill_text_with_max_width(text, x, y, width);
    }
}

/// Tells when a box has another size.
pub struct Resizing {
    observer: Option<ResizeObserver>,
    _called: Closure<dyn FnMut()>,
}

impl Resizing {
    /// Calls `resized` at first, and whenever the size is another.
    pub fn watch(element: &NodeRef, resized: Callback<()>) -> Resizing {
        let called = Closure::<dyn FnMut()>::new(move || resized.emit(()));
        let observer = ResizeObserver::new(called.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(element)) = (&observer, element.cast::<Element>()) {
            observer.observe(&element);
        }
        Resizing { observer, _called: called }
    }
}

impl Drop for Resizing {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}
