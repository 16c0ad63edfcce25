"""What the candidate of the machine answers, element by element."""

from dataclasses import replace

from services.certification.domain.element import ElementKind
from services.certification.usecases.elements import ApplicationEditor
from tests.unit.certification import story


def answer(filling: ApplicationEditor, kind: ElementKind, is_whole: bool) -> None:
    """Give an element; a degree that is not whole waits for its transcript, and an answer of
    character and fitness that is not whole discloses something.
    """
    if kind == ElementKind.OUT_OF_STATE_LICENSE:
        filling.declare_no_license()
    elif kind == ElementKind.DEGREES:
        listed = filling.application.element(kind).degrees
        sent_on = story.DEGREE.sent_on if is_whole else None
        filling.put_degree(replace(story.DEGREE, sent_on=sent_on), 0 if listed else None)
    elif kind == ElementKind.ASSESSMENTS:
        filling.put_assessment(story.TEST)
    else:
        keys = [each.key for each in filling.rules.fitness_questions]
        answers = dict.fromkeys(keys, (False, ""))
        if not is_whole:
            answers[keys[0]] = (True, "What happened.")
        filling.sign_fitness(answers, story.WILLAS_NAME)
