"""``python -m reimburse.demo.samples FOLDER``: writes every sample and truth.jsonl."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from reimburse.demo.samples.catalogue import SEED, samples
from reimburse.demo.samples.truth import truth_lines


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day that dates lie around; by default this one.")
@click.option("--seed", default=SEED, show_default=True, help="Another seed gives other numbers.")
def main(folder: Path, today: datetime | None, seed: int) -> None:
    """Write every sample and truth.jsonl into FOLDER."""
    day: date = today.date() if today else datetime.now(ZoneInfo("Asia/Shanghai")).date()
    made = samples(day, seed)
    folder.mkdir(parents=True, exist_ok=True)
    for sample in made:
        (folder / sample.name).write_bytes(sample.data)
    (folder / "truth.jsonl").write_text(truth_lines(made), encoding="utf-8")
    click.echo(f"{len(made)} files in {folder}")


if __name__ == "__main__":
    main()
