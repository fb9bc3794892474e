"""What has no place in Sources: traps, unchecked promises, tasks that nobody waits for, banners, notes to self, long files."""

from source import Finding, swift_files

CODE = {
    r"\btry!": "traps: {}",
    r"\bas!": "traps: {}",
    r"[A-Za-z0-9_)\]}\"?>]!(?!=)(?<!\btry!)(?<!\bas!)": "force-unwraps: {}",
    r"\bfatalError\s*\(": "traps: {}",
    r"@unchecked\s+Sendable\b": "promises without proof: {}",
    r"\bnonisolated\s*\(\s*unsafe\s*\)": "promises without proof: {}",
    r"\bTask\s*(?:<[^>]*>)?\s*(?:\([^)\n]*\))?\s*\{": "starts a task that nobody waits for: {}",
    r"\bTask\s*\.\s*(?:detached|immediate|immediateDetached)\b": "starts a task that nobody waits for: {}",
}

COMMENTS = {
    r"\b(TODO|FIXME|HACK)\b": "leaves a note to self: {}",
    r"//+[ \t]*(?:MARK:)?[ \t]*[-=*#~_+]{3,}": "draws a banner: {}",
    r"[-=*#~_+]{6,}[ \t]*$": "draws a banner: {}",
}

LONG, TOO_LONG = 400, 700


def check_file(file):
    for pattern, text in CODE.items():
        yield from file.findings(pattern, text)
    for pattern, text in COMMENTS.items():
        yield from file.findings(pattern, text, view="comments")
    length = file.text.count("\n")
    if length > TOO_LONG:
        yield Finding(file.path, length, f"{length} lines, past {TOO_LONG}: split it by idea")
    elif length > LONG:
        yield Finding(file.path, length, f"{length} lines, past {LONG}", warning=True)


def check():
    for file in swift_files("Sources"):
        if not file.generated:
            yield from check_file(file)
