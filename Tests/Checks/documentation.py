"""Every `package` and `public` declaration in Sources has a doc comment that opens with a sentence."""

import re

from source import Finding, swift_files

DECLARATION = re.compile(
    r"^[ \t]*(?:@\w+(?:\([^\n]*?\))?[ \t]+)*(?:\w+(?:\(\w+\))?[ \t]+)*?(?:package|public|open)[ \t]+(?:\w+(?:\(\w+\))?[ \t]+)*?"
    r"(func|var|let|struct|class|enum|actor|protocol|init|typealias|subscript|associatedtype|macro)\b[ \t]*([^\s(:{<=]*)",
    re.MULTILINE,
)


def doc_comment(lines, comments, index):
    """The lines of the doc comment that ends above line `index`, or None."""
    index -= 1
    depth = 0
    while index >= 0:
        stripped = lines[index].strip()
        closes, opens = stripped.count(")"), stripped.count("(")
        if depth > 0 or stripped.startswith("@") or (stripped in (")", "]")):
            depth += closes - opens
        elif stripped.startswith("//") and not stripped.startswith("///"):
            pass
        else:
            break
        index -= 1
    end = index
    while index >= 0 and comments[index].strip().startswith("///"):
        index -= 1
    return [comments[i].strip()[3:].strip() for i in range(index + 1, end + 1)] or None


def check_file(file):
    lines, comments = file.text.split("\n"), file.comments.split("\n")
    for match in DECLARATION.finditer(file.code):
        line = file.line_of(match.end(1))
        what = f"{match.group(1)} {match.group(2)}".strip()
        documentation = doc_comment(lines, comments, line - 1)
        if documentation is None:
            yield Finding(file.path, line, f"no doc comment: {what}")
            continue
        summary = " ".join(documentation).split(" - Parameter")[0].strip()
        if not re.search(r"[.:!?]`?\)?(\s|$)", summary):
            yield Finding(file.path, line, f"the doc comment opens with no sentence: {what}")


def check():
    for file in swift_files("Sources"):
        if not file.generated:
            yield from check_file(file)
