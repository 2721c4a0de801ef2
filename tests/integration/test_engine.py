from tests.world import World, LEAD, SHARER
from workflows.cadence import DutyKind

def test_signatures(world: World) -> None:
    world.issue()
    assert len(world.duties(kind=DutyKind.SIGN)) == 2
    turn = world.tick()
    assert turn.notices == 2
    assert world.deliver().sent == 2
    print(world.post.addresses)
