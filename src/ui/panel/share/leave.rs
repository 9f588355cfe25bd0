//! Leaving the tab: the cluster as a folder for kind or KWOK, with a README that says the three commands.

use playground::export::{self, File};
use yew::prelude::*;

use crate::ask::Ask;
use crate::host::share;
use crate::text::{fill, text};

/// The folder in the zip, and the zip's name without its ending.
const FOLDER: &str = "everynode-cluster";

/// What a reader types: with kind, and with KWOK.
const WITH_KIND: &str = "kind create cluster --config kind.yaml\nkubectl apply -f manifests/";
const WITH_KWOK: &str =
    "kwokctl create cluster --name everynode\nkubectl apply -f kwok/nodes.yaml\nkubectl apply -f manifests/";

/// The card's section.
pub(super) fn view(ask: &Ask) -> Html {
    let ask = ask.clone();
    let save = Callback::from(move |_: MouseEvent| {
        let mut files = ask.exported();
        files.insert(0, File { path: "README.md".into(), text: readme(&ask.release()) });
        share::save_file(&[FOLDER, ".zip"].concat(), &export::zip(FOLDER, &files));
    });
    html! {
        <section>
            <h2>{ text("leave.title") }</h2>
            <p>{ text("leave.why") }</p>
            <div class="choices">
                <button type="button" class="soft" onclick={save}>{ text("leave.save") }</button>
            </div>
        </section>
    }
}

fn readme(release: &str) -> String {
    let block = |commands: &str| ["```sh\n", commands, "\n```"].concat();
    let parts = [
        ["# ", text("leave.readme.title")].concat(),
        fill("leave.readme.what", &[("release", release)]),
        ["## ", text("leave.readme.kind")].concat(),
        text("leave.readme.kind.why").to_owned(),
        block(WITH_KIND),
        ["## ", text("leave.readme.kwok")].concat(),
        text("leave.readme.kwok.why").to_owned(),
        block(WITH_KWOK),
        ["## ", text("leave.readme.left")].concat(),
        text("leave.readme.left.why").to_owned(),
    ];
    parts.join("\n\n") + "\n"
}
