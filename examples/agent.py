"""Three people in one program: a call is answered, held, and grows into a group. `python examples/agent.py`.

Media is granted at once (`InstantMedia`), so nothing is heard and it takes no time. Leave `media` out, with
the extra `calltape[webrtc]` installed, and the same program carries real audio and video.
"""

import asyncio

from calltape.adapters.agent import Call, CallAgent, CallClient, IncomingCall
from calltape.adapters.runtime import InstantMedia


def answer(agent: CallAgent, name: str) -> asyncio.Task[Call]:
    """Accept the next call that is offered to `agent`, in the background."""
    offers = aiter(agent.incoming_call)  # from now on, so that a call placed next is not missed

    async def accept() -> Call:
        incoming: IncomingCall = await anext(offers)
        print(f"{name}: {incoming.caller_display_name} is calling")
        return await incoming.accept()

    return asyncio.create_task(accept())


def roster(call: Call) -> str:
    """Who else is there, in one line."""
    return ", ".join(f"{person.identifier} {person.state}" for person in call.remote_participants)


async def main() -> None:
    async with CallClient("memory:", media=InstantMedia(), with_echo=False) as client:
        alice = await client.create_call_agent("8:acs:alice", display_name="Alice")
        bob = await client.create_call_agent("8:acs:bob", display_name="Bob")
        carol = await client.create_call_agent("8:acs:carol", display_name="Carol")

        answering = answer(bob, "Bob")
        call = await alice.start_call(["8:acs:bob"])
        call.state_changed.subscribe(lambda state: print(f"Alice sees {state}"))
        at_bobs = await answering
        await at_bobs.wait_for("Connected")
        await call.wait_for("Connected")

        await call.hold()
        print(f"Bob sees {at_bobs.state}")
        await call.resume()

        answering = answer(carol, "Carol")
        await call.add_participant("8:acs:carol")
        at_carols = await answering
        await at_carols.wait_for("Connected")
        print(f"Alice is in a call with {roster(call)}")

        await call.hang_up(for_everyone=True)
        await at_carols.wait_for("Disconnected")
        print(f"Carol: {at_carols.end_reason}")


if __name__ == "__main__":
    asyncio.run(main())
