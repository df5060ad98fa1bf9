/// The length of the first message of a buffer, head and body, once its head is complete.
pub(crate) fn length(buffer: &[u8]) -> Option<usize> {
    let mut body = 0;
    let mut at = 0;
    loop {
        let end = at + buffer.get(at..)?.iter().position(|byte| *byte == b'\n')?;
        let line = buffer.get(at..end)?.trim_ascii();
        at = end + 1;
        if line.is_empty() {
            return Some(at + body);
        }
        if let Some((name, value)) = line.split_at_checked(CONTENT_LENGTH.len())
            && name.eq_ignore_ascii_case(CONTENT_LENGTH)
        {
            body = str::from_utf8(value).ok()?.trim().parse().ok()?;
        }
    }
}

const CONTENT_LENGTH: &[u8] = b"content-length:";
