//! Where an exam is begun: what it is, what its rules are, and what is to be chosen before.
//!
//! A seed draws the tasks; the same seed and number are the same exam for everybody who has this everynode. The link for a class is
//! an address with both in it (`?exam=autumn&tasks=8`).

use playground::Playground;
use playground::act::{ExamPaper, LessonFiles};
use playground::view::exam::{Entry, PASS, bank};
use yew::prelude::*;

use crate::host::{dom, embed, lessons, share, wall};
use crate::panel::lesson::list;
use crate::text::{Language, fill, text};

/// The bank's file.
const BANK: &str = "bank.txt";
/// Tasks that an exam has unless another number is chosen.
const TASKS: u32 = 8;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub begin: Callback<ExamPaper>,
    pub leave: Callback<()>,
}

/// How much time there is.
#[derive(Clone, Copy, PartialEq)]
enum Time {
    Full,
    Longer,
    Any,
}

impl Time {
    fn minutes(self, points: u32) -> u32 {
        match self {
            Time::Full => points,
            Time::Longer => points + points / 2,
            Time::Any => 0,
        }
    }
}

/// The page.
#[component]
pub fn BeginPage(props: &Props) -> Html {
    let bank = use_state(Vec::<Entry>::new);
    let fault = use_state(|| None::<String>);
    let busy = use_state(|| false);
    let name = use_state(String::new);
    let seed = use_state(|| embed::asked("exam").filter(|seed| !seed.is_empty()).unwrap_or_else(some_seed));
    let tasks = use_state(|| embed::asked("tasks").unwrap_or_else(|| TASKS.to_string()));
    let time = use_state(|| Time::Full);
    {
        let (bank, fault) = (bank.clone(), fault.clone());
        use_effect_with((), move |()| {
            let ready =
                Callback::from(move |texts: Option<Vec<String>>| match texts.map(|texts| bank::read(&texts[0])) {
                    Some(Ok(entries)) => bank.set(entries),
                    Some(Err(error)) => fault.set(Some(error.to_string())),
                    None => fault.set(Some(text("lesson.failed").to_owned())),
                });
            lessons::fetch(vec![BANK.to_owned()], ready);
        });
    }
    let count = tasks.parse().unwrap_or(TASKS).clamp(1, bank.len().max(1) as u32);
    let drawn = bank::draw(&bank, &seed, count as usize);
    let minutes = time.minutes(bank::minutes(&drawn));
    let written = |state: &UseStateHandle<String>| {
        let state = state.clone();
        move |event: InputEvent| state.set(dom::value(&event))
    };
    let onsubmit = {
        let (begin, busy, fault) = (props.begin.clone(), busy.clone(), fault.clone());
        let paper =
            ExamPaper { seed: seed.trim().to_owned(), name: name.trim().to_owned(), minutes, ..ExamPaper::default() };
        let drawn = drawn.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if drawn.is_empty() || *busy {
                return;
            }
            busy.set(true);
            let (busy, fault) = (busy.clone(), fault.clone());
            let refused = Callback::from(move |words: String| {
                busy.set(false);
                fault.set(Some(words));
            });
            fetch(paper.clone(), drawn.clone(), begin.clone(), refused);
        })
    };
    let some = {
        let seed = seed.clone();
        move |_: MouseEvent| seed.set(some_seed())
    };
    let segment = |of: Time, words: String| {
        let (chosen, time) = (*time == of, time.clone());
        html! {
            <button type="button" aria-pressed={if chosen { "true" } else { "false" }} onclick={move |_| time.set(of)}>{ words }</button>
        }
    };
    let number = |minutes: u32| fill("exam.minutes", &[("minutes", &minutes.to_string())]);
    let full = bank::minutes(&drawn);
    html! {
        <article class="begin">
            <header>
                <h2>{ text("exam.title") }</h2>
                <button type="button" class="quiet" onclick={props.leave.reform(|_| ())}>{ text("exam.back") }</button>
            </header>
            <p class="lead">{ fill("exam.lead", &[("pass", &PASS.to_string())]) }</p>
            <form {onsubmit}>
                <label>
                    <span>{ text("exam.name") }</span>
                    <input value={(*name).clone()} autocomplete="name" oninput={written(&name)} />
                    <small>{ text("exam.name.why") }</small>
                </label>
                <label>
                    <span>{ text("exam.seed") }</span>
                    <span class="line-of">
                        <input value={(*seed).clone()} required=true autocomplete="off" spellcheck="false" oninput={written(&seed)} />
                        <button type="button" class="quiet" onclick={some}>{ text("exam.seed.other") }</button>
                    </span>
                    <small>{ text("exam.seed.why") }</small>
                </label>
                <label class="short">
                    <span>{ text("exam.tasks") }</span>
                    <input type="number" min="1" max={bank.len().to_string()} value={(*tasks).clone()} oninput={written(&tasks)} />
                </label>
                <div class="times">
                    <span id="exam-time">{ text("exam.time") }</span>
                    <div class="segments" role="group" aria-labelledby="exam-time">
                        { segment(Time::Full, number(full)) }
                        { segment(Time::Longer, number(Time::Longer.minutes(full))) }
                        { segment(Time::Any, text("exam.time.any").to_owned()) }
                    </div>
                </div>
                if let Some(words) = &*fault {
                    <p class="refused" role="alert">{ words }</p>
                }
                <div class="ways">
                    <button type="submit" class="main" disabled={*busy || drawn.is_empty()}>
                        { text(if *busy { "exam.begin.busy" } else { "exam.begin" }) }
                    </button>
                    <ClassLink seed={seed.trim().to_owned()} tasks={count} />
                </div>
            </form>
            <h3>{ text("exam.rules") }</h3>
            <ul class="rules">
                <li>{ text("exam.rule.context") }</li>
                <li>{ text("exam.rule.terminal") }</li>
                <li>{ text("exam.rule.help") }</li>
                <li>{ text("exam.rule.check") }</li>
                <li>{ text("exam.rule.pause") }</li>
                <li>{ text("exam.rule.kept") }</li>
            </ul>
        </article>
    }
}

#[derive(Properties, PartialEq)]
struct ClassLinkProps {
    seed: String,
    tasks: u32,
}

/// An address that opens this page with the same exam.
#[component]
fn ClassLink(props: &ClassLinkProps) -> Html {
    let input = use_node_ref();
    let copied = use_state(|| None::<bool>);
    let link = [&*share::address(), "?exam=", &encoded(&props.seed), "&tasks=", &props.tasks.to_string()].concat();
    let onclick = {
        let (input, copied) = (input.clone(), copied.clone());
        move |_: MouseEvent| {
            let copied = copied.clone();
            share::copy(&input, Callback::from(move |done| copied.set(Some(done))));
        }
    };
    html! {
        <span class="class-link">
            <button type="button" class="soft" {onclick}>{ text("exam.link") }</button>
            <input ref={input} class="sr" readonly=true tabindex="-1" aria-hidden="true" value={link} />
            <span role="status">{ copied.map_or("", |done| text(if done { "share.copied" } else { "share.not-copied" })) }</span>
        </span>
    }
}

/// A seed for a parameter of an address: whatever isn't plain as `%` and two digits a byte.
fn encoded(seed: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::new();
    for byte in seed.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            out.push(byte as char);
        } else {
            let digit = |of: u8| DIGITS[usize::from(of & 15)] as char;
            out.extend(['%', digit(byte >> 4), digit(byte)]);
        }
    }
    out
}

/// A number that nobody else is likely to have now.
fn some_seed() -> String {
    ((wall::now_ms() as u64 / 7) % 9000 + 1000).to_string()
}

/// Fetches the tasks, and begins if all of them can be read.
fn fetch(paper: ExamPaper, drawn: Vec<Entry>, begin: Callback<ExamPaper>, refused: Callback<String>) {
    let language = Language::now().code();
    let names: Vec<String> = drawn.iter().flat_map(|entry| list::names(&entry.id, language)).collect();
    let each = names.len() / drawn.len();
    let ready = Callback::from(move |texts: Option<Vec<String>>| {
        let Some(texts) = texts else { return refused.emit(text("lesson.failed").to_owned()) };
        let files = |(entry, texts): (&Entry, &[String])| {
            let id = entry.id.clone();
            let (original, translation) = (texts[0].clone(), texts.get(1).cloned());
            (LessonFiles { id, language: language.to_owned(), original, translation }, entry.points)
        };
        let tasks = drawn.iter().zip(texts.chunks(each)).map(files).collect();
        let paper = ExamPaper { tasks, now_ms: wall::now_ms(), ..paper.clone() };
        match Playground::refuses_exam(&paper) {
            Some(fault) => refused.emit(fill("lesson.refused", &[("fault", &fault)])),
            None => begin.emit(paper),
        }
    });
    lessons::fetch(names, ready);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_of_any_letters_stands_in_an_address() {
        assert_eq!(encoded("autumn-2026"), "autumn-2026");
        assert_eq!(encoded("가 &1"), "%EA%B0%80%20%261");
    }
}
