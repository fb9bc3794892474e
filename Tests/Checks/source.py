"""Swift source as the checks see it: where it is, and its code with comments and string contents blanked."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Finding:
    """One breach of a rule, or a warning about one that is near."""

    path: str
    line: int
    text: str
    warning: bool = False

    def __str__(self):
        return f"{self.path}:{self.line}: {'warning' if self.warning else 'error'}: {self.text}"


class SwiftFile:
    """A Swift file in three views of the same length and lines: whole, code only, comments only."""

    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.code, self.comments = split(text)

    @property
    def generated(self):
        return self.path.endswith(".pb.swift")

    @property
    def target(self):
        """The target that the file belongs to, by the layout of the package."""
        parts = Path(self.path).parts
        if parts[0] == "Sources":
            return parts[1]
        if parts[:2] in (("Tests", "Kits"), ("Tests", "Benchmarks"), ("Tests", "Fuzz"), ("Tests", "Trials")) and len(parts) > 3:
            return parts[2]
        return parts[1] if parts[0] == "Tests" and len(parts) > 2 else None

    def line_of(self, offset):
        return self.text.count("\n", 0, offset) + 1

    def findings(self, pattern, text, view="code"):
        for match in re.finditer(pattern, getattr(self, view), re.MULTILINE):
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            yield Finding(self.path, self.line_of(start), text.format(match.group().strip()))


def split(text):
    """Returns the text with all but the code blanked, and with all but the comments blanked."""
    code, comments = list(text), [c if c == "\n" else " " for c in text]
    length = len(text)

    def blank(start, end):
        for i in range(start, end):
            if text[i] != "\n":
                code[i] = " "

    def comment(start, end):
        blank(start, end)
        comments[start:end] = text[start:end]

    def skip_code(i, until):
        """Walks over code from i; `until` is the bracket that ends an interpolation, or None at the top."""
        depth = 0
        while i < length:
            if text.startswith("//", i):
                end = text.find("\n", i)
                end = length if end < 0 else end
                comment(i, end)
                i = end
            elif text.startswith("/*", i):
                end, level = i + 2, 1
                while end < length and level:
                    if text.startswith("/*", end):
                        level, end = level + 1, end + 2
                    elif text.startswith("*/", end):
                        level, end = level - 1, end + 2
                    else:
                        end += 1
                comment(i, end)
                i = end
            elif text[i] == '"' or (text[i] == "#" and re.match(r'#+"', text[i:i + 16])):
                i = skip_string(i)
            elif until and text[i] == "(":
                depth, i = depth + 1, i + 1
            elif until and text[i] == ")":
                if depth == 0:
                    return i
                depth, i = depth - 1, i + 1
            else:
                i += 1
        return i

    def skip_string(i):
        hashes = 0
        while text[i] == "#":
            hashes, i = hashes + 1, i + 1
        quote = '"""' if text.startswith('"""', i) else '"'
        end_mark, escape = quote + "#" * hashes, "\\" + "#" * hashes
        i += len(quote)
        while i < length:
            if text.startswith(escape + "(", i):
                blank(i, i + len(escape))
                i = skip_code(i + len(escape) + 1, ")") + 1
            elif text.startswith(escape, i):
                step = len(escape) + 1
                blank(i, min(i + step, length))
                i += step
            elif text.startswith(end_mark, i):
                return i + len(end_mark)
            elif quote == '"' and text[i] == "\n":
                return i
            else:
                blank(i, i + 1)
                i += 1
        return i

    skip_code(0, None)
    return "".join(code), "".join(comments)


def project_files():
    """Every file of the project, relative to its root: what git tracks or would track."""
    listing = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True
    )
    if listing.returncode == 0:
        paths = listing.stdout.splitlines()
    else:
        paths = [
            str(path.relative_to(ROOT))
            for path in ROOT.rglob("*")
            if path.is_file() and not re.match(r"\.(build|git)|.*__pycache__", str(path.relative_to(ROOT)))
        ]
    return sorted(path for path in set(paths) if (ROOT / path).is_file())


def swift_files(*folders):
    for path in project_files():
        if path.endswith(".swift") and path.startswith(tuple(f"{folder}/" for folder in folders)):
            yield SwiftFile(path, (ROOT / path).read_text(encoding="utf-8"))
