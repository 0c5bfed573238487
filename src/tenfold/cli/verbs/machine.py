"""tenfold machine: what choices on this machine go by."""

from __future__ import annotations

import click

from tenfold.cli.options import output_options
from tenfold.cli.output import print_answer


@click.command()
@click.option("--forget", is_flag=True, help="Remove the measured times, of all machines.")
@output_options
def machine(forget: bool, as_json: bool, quiet: bool) -> None:
    """Show the processor, the versions, and the times measured here.

    The engine and the precision are chosen by these times, in seconds. They are measured once for a
    machine and its versions, and again after --forget.
    """
    from tenfold import environment, machine_trials

    if forget:
        machine_trials.forget()
    described, times = environment.describe(), machine_trials.all_remembered()
    if as_json:
        file = str(machine_trials.trials_file())
        print_answer({**described, "times_file": file, "times": times}, as_json)
        return
    versions = ", ".join(f"{name} {version}" for name, version in described["packages"].items())
    lines = [
        f"processor  {described['cpu']}; {', '.join(described['cpu_flags']) or 'no fast bf16'}",
        f"threads    {described['threads']}",
        f"versions   Python {described['python']}, {versions}",
        f"times      {machine_trials.trials_file()}" + ("" if times else " (none yet)"),
    ]
    for question, measured in times.items():
        shown = ", ".join(f"{name} {seconds:.4g} s" for name, seconds in measured.items())
        lines += [f"  {question}", f"    {shown}"]
    print_answer("\n".join(lines), as_json)
