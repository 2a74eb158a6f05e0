"""Which routes of the Wagtail admin are open to the staff of a school, and on what.

An allow-list: a route that a later version of Wagtail brings is closed until somebody
has looked at it. Each route names the guard that looks at the object in its address.
What a person may *do* there is Wagtail's question, and that of the permission testers.
"""

from enum import StrEnum

from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtailmedia.models import get_media_model


class Guard(StrEnum):
    """What is looked at before the view runs."""

    NOTHING = "nothing"
    OWN_PAGE = "own_page"  # the page in the address stands in an own school
    WAY_PAGE = "way_page"  # … or on the way to one
    CHOOSABLE_PAGE = "choosable_page"  # … or may be linked to
    CHOSEN_PAGES = "chosen_pages"  # all pages of `?id=` may be linked to
    PAGE_COPY = "page_copy"  # page and destination stand in an own school
    FILE = "file"  # the file in the address may be chosen
    BULK = "bulk"  # all objects of `?id=` are own
    EDITING = "editing"  # the page of an editing session is own


def _named(prefix: str, names: str, guard: Guard) -> dict[str, Guard]:
    return {f"{prefix}{name}": guard for name in names.split()}


SCHOOL_ROUTES: dict[str, Guard] = {
    # The frame of the admin.
    **_named(
        "wagtailadmin_",
        "home account logout login sprite javascript_catalog dismissibles"
        " explore_root block_preview choose_page choose_page_search"
        " choose_page_external_link choose_page_email_link choose_page_phone_link"
        " choose_page_anchor_link",
        Guard.NOTHING,
    ),
    "wagtailadmin_editing_sessions:ping": Guard.EDITING,
    "wagtailadmin_editing_sessions:release": Guard.NOTHING,
    "wagtailadmin_api:pages:listing": Guard.NOTHING,
    "wagtailadmin_api:pages:detail": Guard.NOTHING,
    "wagtail_bulk_action": Guard.BULK,
    # Pages.
    "wagtailadmin_explore": Guard.WAY_PAGE,
    "wagtailadmin_explore_results": Guard.WAY_PAGE,
    "wagtailadmin_choose_page_child": Guard.CHOOSABLE_PAGE,
    "wagtailadmin_choose_page_chosen_multiple": Guard.CHOSEN_PAGES,
    **_named("wagtailadmin_pages:", "search search_results", Guard.NOTHING),
    "wagtailadmin_pages:copy": Guard.PAGE_COPY,
    **_named(
        "wagtailadmin_pages:",
        "add preview_on_add add_subpage usage edit preview_on_edit view_draft delete"
        " unpublish set_page_position workflow_action collect_workflow_action_data"
        " confirm_workflow_cancellation workflow_preview lock unlock revisions_index"
        " revisions_view revisions_revert revisions_unschedule revisions_compare"
        " workflow_history workflow_history_detail history history_results",
        Guard.OWN_PAGE,
    ),
    # Pictures, documents, media: lists are narrowed by Wagtail's collections.
    **_named(
        "wagtailimages:",
        "index index_results add add_multiple create_multiple_from_uploaded_image"
        " delete_upload_multiple",
        Guard.NOTHING,
    ),
    **_named(
        "wagtailimages:",
        "edit edit_multiple delete delete_multiple image_usage preview",
        Guard.FILE,
    ),
    **_named(
        "wagtailimages_chooser:",
        "choose choose_results create chosen_multiple",
        Guard.NOTHING,
    ),
    **_named("wagtailimages_chooser:", "chosen select_format", Guard.FILE),
    **_named(
        "wagtaildocs:",
        "index index_results add add_multiple create_multiple_from_uploaded_document"
        " delete_upload_multiple",
        Guard.NOTHING,
    ),
    **_named(
        "wagtaildocs:",
        "edit edit_multiple delete delete_multiple document_usage",
        Guard.FILE,
    ),
    **_named(
        "wagtaildocs_chooser:",
        "choose choose_results create chosen_multiple",
        Guard.NOTHING,
    ),
    "wagtaildocs_chooser:chosen": Guard.FILE,
    **_named(
        "wagtailmedia:", "index add chooser chooser_typed chooser_upload", Guard.NOTHING
    ),
    **_named("wagtailmedia:", "edit delete media_chosen media_usage", Guard.FILE),
}

# Closed to everybody, superusers too: the tree does not move, a page has no alias, and
# writing goes through the forms, which look at what is sent.
CLOSED_ROUTES = {
    "wagtailadmin_api:pages:action",
    "wagtailadmin_api:pages:find",
    "wagtailadmin_pages:convert_alias",
    "wagtailadmin_pages:move",
    "wagtailadmin_pages:move_confirm",
    "wagtailadmin_pages:set_privacy",
    "wagtailimages:url_generator",
    "wagtailimages:url_generator_output",
}
CLOSED_BULK_ACTIONS = {"move", "add_tags"}
# For the site admin alone: what gives rights, and what runs the site.
SITE_ADMIN_NAMESPACES = {
    "wagtailadmin_collections",
    "wagtailadmin_workflows",
    "wagtailredirects",
    "wagtailsettings",
    "wagtailsites",
    "wagtailusers_groups",
    "wagtailusers_users",
}
# The names under which routes carry the key of a page or a file.
PAGE_ARGUMENTS = ("page_id", "parent_page_id", "page_to_move_id")
FILE_ARGUMENTS = ("image_id", "document_id", "doc_id", "media_id", "pk")
FILE_MODELS = {
    "wagtailimages": get_image_model,
    "wagtailimages_chooser": get_image_model,
    "wagtaildocs": get_document_model,
    "wagtaildocs_chooser": get_document_model,
    "wagtailmedia": get_media_model,
}
