"""Every `package` and `public` declaration in Sources has a doc comment that opens with a sentence.

What a protocol asks for is told at the protocol, the library's or ours; it need not be told again where it is answered.
"""

import re

from source import Finding, swift_files

DECLARATION = re.compile(
    r"^[ \t]*(?:@\w+(?:\([^\n]*?\))?[ \t]+)*(?:\w+(?:\(\w+\))?[ \t]+)*?(?:package|public|open)[ \t]+(?:\w+(?:\(\w+\))?[ \t]+)*?"
    r"(func|var|let|struct|class|enum|actor|protocol|init|typealias|subscript|associatedtype|macro)\b"
    r"[ \t]*(?:((?:static[ \t]+)?[-+*/=<>!&|^~?%]+|[^\s(:{<=]*))",
    re.MULTILINE,
)

# Requirements of the standard library's protocols.
STANDARD = {"==", "<", "hash", "description", "debugDescription", "customMirror", "next", "makeAsyncIterator", "makeIterator"}

PROTOCOL = re.compile(r"\bprotocol\s+\w+[^{]*\{")
REQUIREMENT = re.compile(r"\b(?:func|var)\s+(\w+)")


def requirements(files):
    """The names of what our own protocols ask for."""
    names = set()
    for file in files:
        for match in PROTOCOL.finditer(file.code):
            depth, end = 1, match.end()
            while end < len(file.code) and depth:
                depth += {"{": 1, "}": -1}.get(file.code[end], 0)
                end += 1
            names.update(REQUIREMENT.findall(file.code[match.end():end]))
    return names


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


def check_file(file, required=frozenset()):
    lines, comments = file.text.split("\n"), file.comments.split("\n")
    for match in DECLARATION.finditer(file.code):
        line = file.line_of(match.end(1))
        what = f"{match.group(1)} {match.group(2)}".strip()
        documentation = doc_comment(lines, comments, line - 1)
        if documentation is None:
            if match.group(1) in ("func", "var") and match.group(2) in STANDARD | required:
                continue
            yield Finding(file.path, line, f"no doc comment: {what}")
            continue
        summary = " ".join(documentation).split(" - Parameter")[0].strip()
        if not re.search(r"[.:!?…]`?\)?(\s|$)", summary):
            yield Finding(file.path, line, f"the doc comment opens with no sentence: {what}")


def check():
    files = [file for file in swift_files("Sources") if not file.generated]
    required = requirements(files)
    for file in files:
        yield from check_file(file, required)
