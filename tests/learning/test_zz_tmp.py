from tests.learning.test_queries import *


def test_x(client, learner, course_a):
    enrol_learner(learner=learner, run=course_a.runs.get(is_self_paced=True))
    long=make_lesson(course_a, video_block("v", make_media()), question_block("q"),title="长课")
    client.force_login(learner)
    client.get(long.url)
    with CaptureQueriesContext(connection) as c: client.get(long.url)
    for q in c.captured_queries: print('>>',q['sql'][:60],'...', q['sql'][q['sql'].find(' FROM '):][:230])
