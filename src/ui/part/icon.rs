//! Icons: one path each, drawn in the colour of the text around.

use yew::prelude::*;

/// What an icon shows; the value is its path in a box of 16 by 16.
#[derive(Clone, Copy, PartialEq)]
pub struct Shape(&'static str);

pub const PAUSE: Shape = Shape("M4 2.5h2.6v11H4zM9.4 2.5H12v11H9.4z");
pub const PLAY: Shape = Shape("M4.5 2.3v11.4L13.2 8z");
pub const STEP: Shape = Shape("M3 2.5v11L10 8zM11 2.5h2v11h-2z");
pub const JUMP: Shape = Shape("M1.5 2.8v10.4L7.2 8zM7.2 2.8v10.4L12.9 8zM13 2.8h1.6v10.4H13z");
pub const SETTLE: Shape = Shape("M2 2.6v10.8L9 8zM9.6 4.4h4.6v7.2H9.6z");
pub const UNDO: Shape = Shape("M6.5 3 2.5 6.5l4 3.5V7.8h3a2.4 2.4 0 0 1 0 4.7H6v1.7h3.6a4.1 4.1 0 0 0 0-8.1H6.5z");
pub const REDO: Shape = Shape("M9.5 3l4 3.5-4 3.5V7.8h-3a2.4 2.4 0 0 0 0 4.7H10v1.7H6.4a4.1 4.1 0 0 1 0-8.1h3.1z");
pub const BRANCH: Shape = Shape(
    "M4 2a1.8 1.8 0 0 1 .8 3.4v5.2a1.8 1.8 0 1 1-1.6 0V5.4A1.8 1.8 0 0 1 4 2zM12 3.4a1.8 1.8 0 0 1 .8 3.4c0 2.4-2.1 3.1-4.2 3.5-1.1.2-2 .4-2.5.9V9.4\
     c.7-.4 1.5-.5 2.2-.7 1.9-.3 2.9-.6 2.9-1.9A1.8 1.8 0 0 1 12 3.4z",
);
pub const PLUS: Shape = Shape("M7.2 3h1.6v4.2H13v1.6H8.8V13H7.2V8.8H3V7.2h4.2z");
pub const MINUS: Shape = Shape("M3 7.2h10v1.6H3z");
pub const CROSS: Shape =
    Shape("M4.3 3.2 8 6.9l3.7-3.7 1.1 1.1L9.1 8l3.7 3.7-1.1 1.1L8 9.1l-3.7 3.7-1.1-1.1L6.9 8 3.2 4.3z");
pub const DOWN: Shape = Shape("M3.2 6 4.3 4.9 8 8.6l3.7-3.7L12.8 6 8 10.8z");
pub const MORE: Shape = Shape(
    "M3 6.4a1.6 1.6 0 1 1 0 3.2 1.6 1.6 0 0 1 0-3.2zM8 6.4a1.6 1.6 0 1 1 0 3.2 1.6 1.6 0 0 1 0-3.2zM13 6.4a1.6 1.6 0 1 1 0 3.2 1.6 1.6 0 0 1 0-3.2z",
);
pub const SHARE: Shape =
    Shape("M8 1.2 11.4 4.6 10.4 5.6 8.7 3.9V10H7.3V3.9L5.6 5.6 4.6 4.6zM3 7h2.4v1.4H4.4v4.8h7.2V8.4h-1V7H13v7.6H3z");
pub const TAG: Shape = Shape("M2 2.6h5.6L14 9l-5 5-6.4-6.4V2.6zM5 4a1.2 1.2 0 1 0 0 2.4A1.2 1.2 0 0 0 5 4z");
pub const MOON: Shape = Shape("M6.2 1.8A6.5 6.5 0 1 0 14.2 9.8 5.4 5.4 0 0 1 6.2 1.8z");
pub const SUN: Shape = Shape(
    "M8 4.8A3.2 3.2 0 1 1 8 11.2 3.2 3.2 0 0 1 8 4.8zM7.3.8h1.4v2.4H7.3zM7.3 12.8h1.4v2.4H7.3zM.8 7.3h2.4v1.4H.8zM12.8 7.3h2.4v1.4h-2.4z\
     M2.4 3.4l1-1 1.7 1.7-1 1zM10.9 11.9l1-1 1.7 1.7-1 1zM10.9 4.1l1.7-1.7 1 1-1.7 1.7zM2.4 12.6l1.7-1.7 1 1-1.7 1.7z",
);

/// An icon; whatever it stands in has a name of its own.
pub fn icon(shape: Shape) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d={shape.0} /></svg>
    }
}
