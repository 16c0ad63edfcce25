"""A small app whose pages use every macro of the page frame, for the tests that look at them."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, render_template
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader, StrictUndefined
from marshmallow import Schema, fields
from marshmallow.validate import OneOf
from werkzeug.datastructures import MultiDict

from chassis.i18n.language import LANGUAGES, init_translations
from chassis.i18n.text import translatable
from chassis.web import assets
from chassis.web.forms import FORM, Form, MemorableDate, read_form
from chassis.web.layout import unbroken
from tests.states import state_folder

PAGES = {
    "form.html": """
{% extends "layout.html" %}
{% from "components.html" import step_indicator, button_link %}
{% from "forms.html" import post_form, error_summary, text_field, date_field, select_field, radios,
   checkboxes, textarea, file_field, hidden, submit %}
{% block title %}Apply for a certificate{% endblock %}
{% block content %}
{{ error_summary(form.errors) }}
{{ step_indicator(["About you", "Your experience", "Documents", "Check and sign"], 2) }}
{% call post_form("/apply", multipart=true) %}
{{ hidden("application_id", "42") }}
{{ text_field("last_name", "Last name", form.raw, form.errors, autocomplete="family-name") }}
{{ text_field("email", "E-mail address", form.raw, form.errors, type="email",
              hint="We write to this address when somebody must act.") }}
{{ text_field("password", "Password", form.raw, form.errors, type="password") }}
{{ text_field("former_name", "Former name", form.raw, form.errors, required=false) }}
{{ date_field("born_on", "Date of birth", form.raw, form.errors, autocomplete="bday") }}
{{ select_field("level", "Level", [("p5", "Grades P-5"), ("5-9", "Grades 5-9")],
                form.raw, form.errors) }}
{{ radios("route", "How did you prepare?", [
     ("program", "A Kentucky program", "A college or university approved by the board."),
     ("state", "A license of another state")], form.raw, form.errors) }}
{{ checkboxes("subjects", "Subjects", [("math", "Mathematics"), ("bio", "Biology")],
              form.raw, form.errors, hint="Choose all that apply.") }}
{{ textarea("reason", "Anything we should know", form.raw, form.errors, required=false) }}
{{ file_field("transcript", "Transcript", form.errors, hint="PDF or JPEG, up to 10 MB.",
              accept=".pdf,.jpg") }}
<p class="actions">{{ submit("Save and continue") }} {{ button_link("/", "Cancel", "outline") }}</p>
{% endcall %}
{% endblock %}
""",
    "table.html": """
{% extends "layout.html" %}
{% from "components.html" import alert, button_link, data_table, pagination, process_list, status,
   summary_list %}
{% block title %}Application A-100001{% endblock %}
{% block content %}
{{ alert("success", "Your payment arrived", "An analyst will look at your application next.") }}
{{ data_table("Applications", ["Application", "Status", "Who must act", "Since", "Fee"],
              rows(status), numeric=["Fee"]) }}
{{ pagination(4, 12) }}
<h2>Certificate 201124386</h2>
{{ summary_list([("Name", name), ("Valid through", "June 30, 2031"),
                 ("Mailing address", "512 Capital Plaza, Frankfort, KY 40601", "/address")]) }}
<h2>What happens next</h2>
{{ process_list([("An analyst reads it", "Usually within ten working days."),
                 ("You get a decision", "By email, and on this page.")]) }}
{% call alert("warning", "Your certificate ends soon") %}
<p>It is good through <strong>June 30</strong>. <a href="/renew">See what renewal needs</a>.</p>
{% endcall %}
{{ alert("info", "Nothing is due today") }}
{{ alert("error", "The upload did not finish", "Choose the file again.") }}
{% endblock %}
""",
    "empty.html": """
{% extends "layout.html" %}
{% from "components.html" import empty_state %}
{% block title %}Findings{% endblock %}
{% block content %}
{{ empty_state("No findings to resolve", "Every assignment in your last report is in field.",
               "/report", "Send a new report", "check_circle") }}
{% endblock %}
""",
}
HOSTILE = "<script>alert('Combs & \"Sons\"')</script>"


class Application(Schema):
    """The demonstration's form."""

    last_name = fields.String(required=True, metadata={"label": "your last name"})
    email = fields.Email(required=True)
    password = fields.String(required=True)
    born_on = MemorableDate(required=True, metadata={"label": "your date of birth"})
    level = fields.String(required=True)
    route = fields.String(required=True, validate=OneOf(["program", "state"]))
    subjects = fields.List(fields.String(), required=True)


TYPED = MultiDict(
    [
        ("last_name", HOSTILE),
        ("email", "ann at example"),
        ("password", "open sesame"),
        ("born_on_month", "4"),
        ("born_on_day", "28"),
        ("born_on_year", "86"),
        ("level", "5-9"),
        ("subjects", "bio"),
    ]
)


def demonstration() -> Flask:
    """An app whose pages use every macro of the frame."""
    app = Flask("demonstration")
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.undefined = StrictUndefined
    frame_templates = Path(assets.__file__).parent / "templates"
    app.jinja_loader = ChoiceLoader([DictLoader(PAGES), FileSystemLoader(frame_templates)])
    init_translations(app, state_folder("kentucky"))
    app.register_blueprint(assets.blueprint)
    app.add_template_filter(unbroken)

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {
            "jurisdiction": SimpleNamespace(
                name="Kentucky",
                government_name="the Commonwealth of Kentucky",
                agency_name="Education Professional Standards Board",
                agency_short_name="EPSB",
                contact_email="certification@example.gov",
            ),
            "service_title": "Educator certification",
            "principal": SimpleNamespace(display_name="Ann Combs", is_signed_in=True),
            "navigation": [
                ("Home", "/", False),
                ("Applications", "/table", True),
                ("Certificates", "/empty", False),
                ("Fees", "/problem/404", False),
                ("Messages", "/form", False),
            ],
            "breadcrumbs": [("Home", "/"), ("Certification", "/table")],
            "language": "en",
            "languages": LANGUAGES,
            "request_id": "0199b2d4-5c1e",
            "sign_in_url": "/sign-in",
            "sign_out_url": "/sign-out",
            "footer_links": [("Privacy", "/privacy"), ("Open records", "/records")],
        }

    @app.get("/form")
    def form() -> str:
        form = read_form(Application(), TYPED)
        form = form.with_error("transcript", translatable("Choose the transcript to upload."))
        return render_template(
            "form.html", form=form.with_error(FORM, translatable("Nothing was saved."))
        )

    @app.get("/blank")
    def blank() -> str:
        return render_template("form.html", form=Form(raw={"born_on": date(1986, 4, 28)}))

    @app.get("/table")
    def table() -> str:
        return render_template("table.html", rows=rows, name=HOSTILE)

    @app.get("/empty")
    def empty() -> str:
        return render_template("empty.html", principal=None, navigation=[])

    @app.get("/problem/<int:status>")
    def problem(status: int) -> str:
        return render_template("errors/problem.html", problem={"status": status})

    return app


def rows(status: Any) -> list[list[Any]]:
    """An educator's applications."""
    return [
        ["Initial certificate", status("success", "Issued"), "Nobody", "March 3, 2027", "$85.00"],
        ["Renewal", status("warning", "Waiting for you"), "You", "May 2, 2027", "$50.00"],
        ["Rank change", status("info", "In review"), "An analyst", "May 9, 2027", "$50.00"],
        [HOSTILE, status("error", "Refused"), "Nobody", "May 12, 2027", "$0.00"],
        ["Emeritus", status("neutral", "Not begun"), "You", "May 13, 2027", "$1,000.00"],
    ]
