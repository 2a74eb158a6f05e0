"""Every route of the site outside the Wagtail admin, asked by people of school A for B."""

import time
from collections import Counter
import pytest

from tests.isolation.addresses import addresses, own_addresses, queries, site_routes, tree_addresses, Ask
from tests.isolation.engine import Watch, walk

pytestmark = pytest.mark.django_db
ROLES = ("visitor", "resident", "enrolled", "teacher", "clerk", "principal", "moved")


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_nobody_of_a_school_meets_another(client, street, role):
    client.raise_request_exception = False
    if role != "visitor":
        client.force_login(street.asking[role])
    watch = Watch(street, client)
    spent = Counter(); n=Counter()
    wrong = []
    for route in site_routes():
        t=time.perf_counter(); r=watch.requests
        wrong += walk(watch, addresses(route, street.a, street.b), {"key":"k"})
        spent[route.name]+=time.perf_counter()-t; n[route.name]+=watch.requests-r
    print(role, watch.requests, sum(spent.values()))
    for k,v in spent.most_common(15): print(k, n[k], round(v,2))
    t=time.perf_counter(); r=watch.requests
    wrong += walk(watch, tree_addresses(street.b), {}, posts=False)
    print("tree", watch.requests-r, time.perf_counter()-t)
    for w in wrong: print(w)
    assert not wrong
