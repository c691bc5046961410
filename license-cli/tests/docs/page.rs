//! A page of the documentation, as far as it is run: the blocks between lines of three backticks.

use std::path::{Path, PathBuf};

/// The languages whose blocks are files of the session: their first line names the file.
const PROGRAMS: [&str; 4] = ["c", "python", "go", "ruby"];

/// A command of a session, with what the page shows below it.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) line: usize,
    /// The heading of the second level above it.
    pub(crate) section: String,
    pub(crate) command: String,
    pub(crate) shown: Vec<String>,
}

/// What a session does next.
#[derive(Debug)]
pub(crate) enum Act {
    /// Runs a command.
    Run(Step),
    /// Puts a program of the page into the folder.
    Write { name: String, text: String },
}

/// A page's session, in its order.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) acts: Vec<Act>,
}

/// The folder of the repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// README.md and the pages in `docs`, in the order of their names.
pub(crate) fn names() -> Vec<String> {
    let folder = std::fs::read_dir(repository().join("docs")).unwrap();
    let files = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> =
        files.filter(|name| name.ends_with(".md")).map(|name| format!("docs/{name}")).collect();
    names.push("README.md".to_owned());
    names.sort();
    names
}

/// The text of a page.
pub(crate) fn text(name: &str) -> String {
    std::fs::read_to_string(repository().join(name)).unwrap()
}

impl Page {
    pub(crate) fn read(name: &str) -> Self {
        let text = text(name);
        let mut page = Self { acts: Vec::new() };
        let (mut section, mut lines) = (String::new(), text.lines().enumerate());
        while let Some((_, line)) = lines.next() {
            if let Some(heading) = line.strip_prefix("## ") {
                heading.clone_into(&mut section);
            } else if let Some(language) = line.strip_prefix("```") {
                let block: Vec<(usize, &str)> =
                    lines.by_ref().take_while(|(_, line)| *line != "```").collect();
                page.take(language, &section, &block);
            }
        }
        page
    }

    pub(crate) fn steps(&self) -> impl Iterator<Item = &Step> {
        self.acts.iter().filter_map(|act| match act {
            Act::Run(step) => Some(step),
            Act::Write { .. } => None,
        })
    }

    fn take(&mut self, language: &str, section: &str, block: &[(usize, &str)]) {
        if language == "console" {
            self.acts.extend(steps(section, block).into_iter().map(Act::Run));
        } else if PROGRAMS.contains(&language) {
            self.acts.extend(program(block));
        }
    }
}

/// The commands of a block: each after `$ `, going on below where a line ends in a backslash.
fn steps(section: &str, block: &[(usize, &str)]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (index, line) in block {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push(Step {
                line: index + 1,
                section: section.to_owned(),
                command: command.to_owned(),
                shown: Vec::new(),
            }),
            (None, Some(step)) if step.shown.is_empty() && step.command.ends_with('\\') => {
                step.command.truncate(step.command.len() - 1);
                step.command.push_str(line.trim_start());
            }
            (None, Some(step)) => step.shown.push((*line).to_owned()),
            (None, None) => panic!("output before the first command: {line}"),
        }
    }
    steps
}

/// The file of a block whose first line is a comment that begins with its name.
fn program(block: &[(usize, &str)]) -> Option<Act> {
    let (_, first) = block.first()?;
    let name = first.trim_start_matches(['/', '*', '#', ' ']).split(':').next()?;
    let is_name = name.bytes().all(|b| b.is_ascii_lowercase() || b == b'.') && name.contains('.');
    let text = block.iter().map(|(_, line)| format!("{line}\n")).collect();
    is_name.then(|| Act::Write { name: name.to_owned(), text })
}
