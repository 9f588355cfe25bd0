//! The project's one tool: `cargo xtask serve` shows the page, `cargo xtask test` is the whole gate.
//!
//! Each task first sees to what it needs (`setup.rs`), then runs other programs and stops at the first that fails.
//! It is built by a newcomer's very first command, so it has no dependencies and stays small.
//!
//! In reading order: `setup` finds or installs the tools, `page` builds and serves, `gate` tests, `types` holds objects to the generated
//! types, `bench` measures, `gallery` takes pictures, `run` starts programs.

mod bench;
mod gallery;
mod gate;
mod page;
mod run;
mod setup;
mod types;

use std::path::Path;
use std::process::ExitCode;

/// How a task ends: well, or with one line for the person at the terminal.
type Outcome = Result<(), String>;

const USAGE: &str = "\
usage: cargo xtask <task>

  serve   build the page, serve it, rebuild when a file changes   [--port N] [--release] and other flags of `trunk serve`
  test    the whole gate: format, lints, native tests, the page in a browser
  build   the page as a static website in dist/
  dist    dist/ for a static host: compressed variants, 404, hashes  [--url ADDRESS]: sitemap; [--single-file]: one HTML file
  first-load  write anew which functions the first picture needs
  social  take the picture that networks show for a link, of the page in dist/
  recipes try the recipes for embedding with the site generators that are installed  [NAME…]
  bench   measure the core in wasm and the bytes of the page      [--write]: keep the tables in docs/benchmarks.md
  gallery pictures of the page in all its states, in docs/gallery [NAME...]: only these
  storm   random acts with everything that must hold checked      [--acts N] [--each N] [--seed N]
  fuzz    random texts into everything that reads texts           [--inputs N] [--from N] [--seed N]
  types   hold all objects of the tests to Kubernetes' generated types
  schema  write the schema table again from the Kubernetes types
  setup   only install what the other tasks need
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (task, rest) = arguments.split_first().map_or(("help", &[][..]), |(task, rest)| (task.as_str(), rest));
    let outcome = match task {
        "serve" => page::serve(rest),
        "test" => gate::test(),
        "build" => {
            page::build().map(|()| eprintln!("everynode: the page is in dist/, ready for any static web server"))
        }
        "first-load" => page::first_load(),
        "dist" => page::dist(rest),
        "social" => page::with_browser("xtask/social.mjs", rest),
        "recipes" => page::with_browser("tests/recipes/try.mjs", rest),
        "bench" => bench::bench(rest),
        "gallery" => gallery::gallery(rest),
        "storm" | "fuzz" => run::cargo()
            .args(["run", "--quiet", "--profile", "proof", "--package", "proof", "--", task])
            .args(rest)
            .succeed(),
        "types" => types::run(),
        "schema" => run::cargo()
            .args(["run", "--quiet", "--manifest-path", "xtask/schema-gen/Cargo.toml", "--"])
            .args(rest)
            .succeed(),
        "setup" => setup::page_tools().and_then(|_| setup::chromium()).map(|_| ()),
        "help" | "-h" | "--help" => {
            eprint!("{USAGE}");
            Ok(())
        }
        other => Err(format!("no task is called {other:?}; `cargo xtask help` lists them")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("everynode: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Returns the folder of the workspace, wherever the person stands in it.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace")
}
