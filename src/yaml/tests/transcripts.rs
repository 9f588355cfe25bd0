//! What a real kubectl printed and refused. The recordings live beside the repository; without them this says so and passes.

use std::fs;
use std::path::{Path, PathBuf};

use yaml::documents;

fn recordings() -> Option<Vec<(PathBuf, String)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/transcripts");
    let Ok(folders) = fs::read_dir(&root) else {
        eprintln!("no recordings beside the repository: nothing compared");
        return None;
    };
    let files = folders.flatten().filter_map(|folder| fs::read_dir(folder.path()).ok()).flatten().flatten();
    let texts =
        files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|extension| extension == "txt"));
    Some(texts.map(|path| (path.clone(), fs::read_to_string(&path).expect("a recording is text"))).collect())
}

/// The commands of a recording, each with the lines it printed.
fn commands(recording: &str) -> Vec<(&str, String)> {
    let mut commands: Vec<(&str, String)> = Vec::new();
    let mut open = false;
    let played = recording.split("##### what changed").next().unwrap_or_default();
    for line in played.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            commands.push((command, String::new()));
            open = true;
        } else if line.starts_with("[exit ") {
            open = false;
        } else if let Some((_, output)) = commands.last_mut().filter(|_| open) {
            output.push_str(line);
            output.push('\n');
        }
    }
    commands
}

#[test]
fn what_kubectl_printed_is_printed_again() {
    let Some(recordings) = recordings() else { return };
    let mut count = 0;
    for (path, recording) in &recordings {
        for (command, output) in commands(recording) {
            let as_yaml = command.contains("-o yaml") && output.starts_with("apiVersion");
            let as_json = command.ends_with("-o json") && output.starts_with('{');
            if !as_yaml && !as_json {
                continue;
            }
            let value = yaml::value(&output).unwrap_or_else(|error| panic!("{}: {command}: {error}", path.display()));
            let printed = if as_yaml { yaml::to_string(&value) } else { yaml::json::pretty(&value) };
            assert_eq!(printed, output, "{}: {command}", path.display());
            count += 1;
        }
    }
    assert!(count >= 15, "{count} outputs were compared");
}

#[test]
fn what_kubectl_refused_is_refused_in_the_same_words() {
    let Some(recordings) = recordings() else { return };
    let mut count = 0;
    for (path, recording) in &recordings {
        let file: String = recording
            .lines()
            .filter_map(|line| line.strip_prefix("#|"))
            .map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line)))
            .collect();
        let Some(line) =
            recording.lines().find(|line| line.starts_with("! error: error parsing ") && !line.contains("jsonpath"))
        else {
            continue;
        };
        let (_, words) = line["! error: error parsing ".len()..].split_once(": ").expect("a file name");
        let error =
            documents(&file).into_iter().find_map(Result::err).unwrap_or_else(|| panic!("{} was read", path.display()));
        assert_eq!(error.to_string(), words, "{}", path.display());
        count += 1;
    }
    assert!(count >= 6, "{count} refusals were compared");
}
