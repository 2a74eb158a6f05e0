"""Looking at a page before residents see it: rules, readings and words.

The task of Wagtail's workflow is in `schools.models.review`, what is done with it in
`schools.services.review`.
"""
