//! The learner's folder: a few text files in a few directories.
//!
//! Paths are kept absolute; what is typed is taken from the working directory. Left out: owners, rights, links, times.

use api::sort;
use kubectl::Files;
use std::collections::{BTreeMap, BTreeSet};

/// Where the learner is at home.
pub const HOME: &str = "/root";

/// Files and directories.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Text by absolute path.
    files: BTreeMap<String, String>,
    /// Absolute paths; always holds [`HOME`].
    directories: BTreeSet<String>,
    /// Where the shell stands.
    working: String,
}

impl Default for Folder {
    fn default() -> Folder {
        let directories = ["/", HOME, "/tmp"].map(String::from).into();
        Folder { files: BTreeMap::new(), directories, working: HOME.into() }
    }
}

impl Folder {
    /// `~`, `~/x`, `/tmp`.
    pub fn shown_directory(&self) -> String {
        match self.working.strip_prefix(HOME) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("~{rest}"),
            _ => self.working.clone(),
        }
    }

    /// The working directory, absolute.
    pub fn working(&self) -> &str {
        &self.working
    }

    /// Makes a typed path absolute, without `.` and `..`.
    pub fn absolute(&self, path: &str) -> String {
        let from = if path.starts_with('/') { "" } else { self.working.as_str() };
        let mut parts: Vec<&str> = Vec::new();
        for part in from.split('/').chain(path.split('/')) {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        format!("/{}", parts.join("/"))
    }

    /// Whether a path is a directory.
    pub fn is_directory(&self, path: &str) -> bool {
        self.directories.contains(&self.absolute(path))
    }

    /// Whether anything is there.
    pub fn exists(&self, path: &str) -> bool {
        self.is_directory(path) || self.files.contains_key(&self.absolute(path))
    }

    /// Goes to a directory.
    pub fn change_directory(&mut self, path: &str) -> Result<(), &'static str> {
        if self.is_directory(path) {
            self.working = self.absolute(path);
            Ok(())
        } else if self.exists(path) {
            Err("Not a directory")
        } else {
            Err("No such file or directory")
        }
    }

    /// Makes a directory, and those above it if `parents`.
    pub fn make_directory(&mut self, path: &str, parents: bool) -> Result<(), &'static str> {
        let path = self.absolute(path);
        if self.exists(&path) {
            return if parents && self.is_directory(&path) { Ok(()) } else { Err("File exists") };
        }
        let above = path.rsplit_once('/').map_or("/", |(above, _)| if above.is_empty() { "/" } else { above });
        if !self.directories.contains(above) {
            if !parents {
                return Err("No such file or directory");
            }
            self.make_directory(above, true)?;
        }
        self.directories.insert(path);
        Ok(())
    }

    /// Takes a file away, or a directory with all that's in it.
    pub fn remove(&mut self, path: &str, recursive: bool) -> Result<(), &'static str> {
        let path = self.absolute(path);
        if self.files.remove(&path).is_some() {
            return Ok(());
        }
        if !self.directories.contains(&path) {
            return Err("No such file or directory");
        }
        if !recursive {
            return Err("Is a directory");
        }
        if path == "/" || path == HOME {
            return Err("Device or resource busy");
        }
        let below = format!("{path}/");
        self.files.retain(|name, _| !name.starts_with(&below));
        self.directories.retain(|name| *name != path && !name.starts_with(&below));
        if self.working == path || self.working.starts_with(&below) {
            self.working = HOME.into();
        }
        Ok(())
    }

    /// The directories, with their absolute paths.
    pub fn directories(&self) -> impl Iterator<Item = &str> {
        self.directories.iter().map(String::as_str)
    }

    /// Files with their absolute paths, for whoever shows or saves them.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }
}

impl Files for Folder {
    fn read(&self, path: &str) -> Option<String> {
        self.files.get(&self.absolute(path)).cloned()
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        let path = self.absolute(path);
        if !self.directories.contains(&path) {
            return None;
        }
        let below = if path == "/" { path } else { format!("{path}/") };
        let names = self.files.keys().chain(&self.directories).filter_map(|name| name.strip_prefix(&below));
        let mut names: Vec<String> =
            names.filter(|name| !name.is_empty() && !name.contains('/')).map(String::from).collect();
        sort::ascending(&mut names);
        Some(names)
    }

    fn prepare(&mut self, path: &str) {
        // What stands in the way is told when something is written there.
        let _ = self.make_directory(path, true);
    }

    fn write(&mut self, path: &str, text: &str) -> Result<(), String> {
        let path = self.absolute(path);
        if self.directories.contains(&path) {
            return Err("Is a directory".into());
        }
        let above = path.rsplit_once('/').map_or("", |(above, _)| above);
        if !above.is_empty() && !self.directories.contains(above) {
            return Err("No such file or directory".into());
        }
        if text.len() > FILE_MAX {
            return Err("No space left on device".into());
        }
        self.files.insert(path, text.into());
        Ok(())
    }
}

/// The largest file: 8 MB.
const FILE_MAX: usize = 8 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_from_where_one_stands() {
        let mut folder = Folder::default();
        folder.make_directory("a/b", true).expect("makes both");
        folder.change_directory("a").expect("is there");
        folder.write("x.yaml", "1").expect("writes");
        assert_eq!(folder.read("/root/a/x.yaml").as_deref(), Some("1"));
        assert_eq!(folder.read("b/../x.yaml").as_deref(), Some("1"));
        assert_eq!(folder.list("."), Some(vec!["b".into(), "x.yaml".into()]));
        assert_eq!(folder.shown_directory(), "~/a");
        assert_eq!(folder.write("b", ""), Err("Is a directory".into()));
    }
}
