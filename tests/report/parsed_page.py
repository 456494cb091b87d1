"""The page as a browser's parser sees it: elements with their attributes, and the text in them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: list[str] = field(default_factory=list)
    inside: list["Element"] = field(default_factory=list)

    def every(self, tag: str) -> list["Element"]:
        return [element for child in self.inside for element in (child, *child.every("")) if tag in ("", element.tag)]

    @property
    def all_text(self) -> str:
        """With that of the elements inside, after its own."""
        return " ".join([*self.text, *(child.all_text for child in self.inside)]).strip()


def parsed(page: str) -> Element:
    parser = _Tree()
    parser.feed(page)
    parser.close()
    return parser.root


class _Tree(HTMLParser):
    """HTML's void elements have no end; all others of the page have one."""

    VOID = frozenset({"meta", "link", "img", "br", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(element)
        if tag not in self.VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if data.strip():
            self._open[-1].text.append(data.strip())
