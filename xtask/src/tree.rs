//! The files of the workspace as text, from disk or made up by a test.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Every text file that a check may want to read, by its path from the root.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    root: PathBuf,
    top: BTreeSet<String>,
    files: BTreeMap<String, String>,
}

impl Tree {
    /// Reads the workspace, without build output and without what git keeps.
    pub(crate) fn read(root: &Path) -> io::Result<Self> {
        let mut tree = Self {
            root: root.to_path_buf(),
            ..Self::default()
        };
        for entry in fs::read_dir(root)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !is_ignored(&name) {
                tree.add(&entry.path(), &name)?;
                tree.top.insert(name);
            }
        }
        Ok(tree)
    }

    /// A tree of made-up files.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let mut tree = Self::default();
        for (path, text) in files {
            let top = path.split('/').next().unwrap_or(path);
            tree.top.insert(top.to_owned());
            tree.files.insert((*path).to_owned(), (*text).to_owned());
        }
        tree
    }

    /// The folder the paths are relative to.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The names of the first level.
    pub(crate) fn top(&self) -> impl Iterator<Item = &str> {
        self.top.iter().map(String::as_str)
    }

    /// The text of one file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Every file with its text, in the order of the paths.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(p, t)| (p.as_str(), t.as_str()))
    }

    /// Every Rust file.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files().filter(|(path, _)| path.ends_with(".rs"))
    }

    /// The Rust files that are compiled into a published crate, tests left out.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        self.rust().filter(|(path, _)| {
            path.starts_with("crates/") && path.contains("/src/") && !is_test(path)
        })
    }

    /// [`Tree::sources`] without the crates that are programs.
    pub(crate) fn libraries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.sources()
            .filter(|(path, _)| !PROGRAMS.contains(&crate_of(path)))
    }

    /// The manifests of the member packages.
    pub(crate) fn manifests(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files()
            .filter(|(path, _)| path.ends_with("/Cargo.toml"))
    }

    fn add(&mut self, path: &Path, name: &str) -> io::Result<()> {
        if path.is_dir() {
            for entry in fs::read_dir(path)? {
                let entry = entry?;
                let child = entry.file_name().to_string_lossy().into_owned();
                if !is_ignored(&child) {
                    self.add(&entry.path(), &format!("{name}/{child}"))?;
                }
            }
        } else if TEXT.iter().any(|ending| name.ends_with(ending)) {
            self.files
                .insert(name.to_owned(), fs::read_to_string(path)?);
        }
        Ok(())
    }
}

/// Crates that are programs: they print, and nobody links them.
pub(crate) const PROGRAMS: &[&str] = &["idaas-cli"];

const TEXT: &[&str] = &[".rs", ".toml", ".md", ".yaml"];

/// The name of the package that a path below `crates/` belongs to, or of the top folder.
pub(crate) fn crate_of(path: &str) -> &str {
    let mut parts = path.split('/');
    match parts.next() {
        Some("crates") => parts.next().unwrap_or_default(),
        Some(top) => top,
        None => "",
    }
}

/// Whether a Rust file is compiled for tests only.
pub(crate) fn is_test(path: &str) -> bool {
    path.starts_with("tests/")
        || path.contains("/tests/")
        || path.ends_with("/tests.rs")
        || path.contains("/benches/")
}

fn is_ignored(name: &str) -> bool {
    name == "target" || name == ".git"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_its_crate() {
        assert_eq!(crate_of("crates/idaas-auth/src/lib.rs"), "idaas-auth");
        assert_eq!(crate_of("tests/main.rs"), "tests");
    }

    #[test]
    fn sources_leave_tests_and_tools_out() {
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", ""),
            ("crates/a/src/flow/tests.rs", ""),
            ("crates/a/tests/all.rs", ""),
            ("crates/idaas-cli/src/main.rs", ""),
            ("xtask/src/main.rs", ""),
        ]);
        let sources: Vec<_> = tree.sources().map(|(path, _)| path).collect();
        assert_eq!(
            sources,
            ["crates/a/src/lib.rs", "crates/idaas-cli/src/main.rs"]
        );
        let libraries: Vec<_> = tree.libraries().map(|(path, _)| path).collect();
        assert_eq!(libraries, ["crates/a/src/lib.rs"]);
    }
}
