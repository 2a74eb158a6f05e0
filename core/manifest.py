"""What a phone needs to put the site on its home screen: name, seal, colours."""

from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import Rule, access
from core.models import SiteSettings

ICON_SIZES = (192, 512)
PINE, PAPER = "#0E4A41", "#FBF7EE"  # --pine and --paper of css/base.css


@access(Rule.PUBLIC)
@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """The web app manifest (W3C). The browser's own way back stays on the screen."""
    name = SiteSettings.current().name or _("社区学习网")
    return JsonResponse(
        {
            "name": name,
            "short_name": name[:8],
            "lang": request.LANGUAGE_CODE,
            "start_url": "/",
            "scope": "/",
            "display": "minimal-ui",
            "theme_color": PINE,
            "background_color": PAPER,
            "icons": [
                {
                    "src": static(f"icons/touch-{size}.png"),
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": "any maskable",
                }
                for size in ICON_SIZES
            ],
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )
