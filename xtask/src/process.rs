//! Other programs, run from the root of the workspace.

use std::path::Path;
use std::process::Command;

/// The cargo that runs this task.
pub(crate) fn cargo(root: &Path) -> Command {
    let name = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    program(root, name)
}

/// A program on the search path, or by its path.
pub(crate) fn program(root: &Path, name: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root);
    command
}

/// Runs a program that writes to this terminal, and fails if it does.
pub(crate) fn succeed(command: &mut Command) -> Result<(), String> {
    let status = command
        .status()
        .map_err(|error| format!("{} did not start: {error}", line(command)))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} ended with {status}", line(command)))
    }
}

/// Runs a program, shows nothing, and gives what it wrote to stdout.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let output = command
        .output()
        .map_err(|error| format!("{} did not start: {error}", line(command)))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let reason = String::from_utf8_lossy(&output.stderr);
        Err(format!(
            "{} ended with {}: {}",
            line(command),
            output.status,
            reason.trim()
        ))
    }
}

/// The command as one would type it.
pub(crate) fn line(command: &Command) -> String {
    let name = Path::new(command.get_program());
    let name = name.file_name().unwrap_or(name.as_os_str());
    let mut line = format!("`{}", name.to_string_lossy());
    for arg in command.get_args() {
        line.push(' ');
        line.push_str(&arg.to_string_lossy());
    }
    line.push('`');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_named_with_its_arguments() {
        let mut command = program(Path::new("/"), "/bin/sh");
        command.args(["-c", "exit 3"]);
        let error = succeed(&mut command).expect_err("it fails");
        assert_eq!(error, "`sh -c exit 3` ended with exit status: 3");
    }

    #[test]
    fn a_missing_program_is_an_error() {
        let error =
            output(&mut program(Path::new("/"), "no-such-program")).expect_err("it is missing");
        assert!(
            error.starts_with("`no-such-program` did not start"),
            "{error}"
        );
    }
}
