"""`{% capture as rows %}…{% endcapture %}`: for what a page shows in two places."""

from django import template
from django.template import Context
from django.template.base import Parser, Token
from django.utils.safestring import SafeString

register = template.Library()


class CaptureNode(template.Node):
    """What stands within, kept under a name instead of written."""

    def __init__(self, nodelist: template.NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: Context) -> SafeString:
        """Draw it for later; nothing stands here."""
        context[self.name] = self.nodelist.render(context)
        return SafeString("")


@register.tag
def capture(parser: Parser, token: Token) -> CaptureNode:
    """`{% capture as rows %}…{% endcapture %}`: drawn once, shown by `{{ rows }}`.

    Raises:
        TemplateSyntaxError: without a name.
    """
    words = token.split_contents()
    if len(words) != 3 or words[1] != "as":
        raise template.TemplateSyntaxError("capture wants «as» and a name.")
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, words[2])
