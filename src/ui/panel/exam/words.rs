//! The words of the exam's pages: fetched once a language, before anything is shown that says them.

use yew::prelude::*;

use crate::host::lessons;
use crate::text::{self, Language, text};

#[derive(Properties, PartialEq)]
pub struct Props {
    pub children: Children,
}

/// Shows its children once their words are there.
#[component]
pub fn Words(props: &Props) -> Html {
    let failed = use_state(|| false);
    let come = use_force_update();
    {
        let failed = failed.clone();
        use_effect_with((), move |()| {
            let language = Language::now();
            if !text::has_learned(language) {
                let file = [language.code(), "/words.txt"].concat();
                let ready = Callback::from(move |texts: Option<Vec<String>>| match texts {
                    Some(mut texts) => {
                        text::learn(language, texts.remove(0));
                        come.force_update();
                    }
                    None => failed.set(true),
                });
                lessons::fetch(vec![file], ready);
            }
        });
    }
    if text::has_learned(Language::now()) {
        html! { <>{ props.children.clone() }</> }
    } else if *failed {
        html! { <p class="empty" role="alert">{ text("lesson.failed") }</p> }
    } else {
        html! { <p class="empty">{ text("lesson.loading") }</p> }
    }
}
