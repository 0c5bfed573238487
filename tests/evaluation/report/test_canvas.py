"""The look of the figures, and their way into files."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

from reports import full_report, needs_extra


@needs_extra
def test_charts_take_their_colours_from_the_page_so_that_they_can_go_dark(page: str):
    charts = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    assert len(charts) == 5
    for chart in charts:
        assert "var(--text)" in chart
        assert not re.findall(r"#[0-9a-f]{6}\b", chart)


@needs_extra
def test_charts_show_numbers_to_their_last_digit():
    from tenfold.evaluation.report import canvas

    axes = full_report().plot_learning_curves()[2]
    axes.set_yticks([0.00025])
    assert ">0.00025</text>" in canvas.to_inline_svg(axes, "it")


@needs_extra
def test_drawing_leaves_the_settings_of_matplotlib_alone():
    import matplotlib

    from tenfold.evaluation.report import canvas

    before = dict(matplotlib.rcParams)
    axes = full_report().plot_calibration()
    canvas.to_png(axes)
    canvas.to_inline_svg(axes, "it")
    assert dict(matplotlib.rcParams) == before


@needs_extra
def test_a_figure_can_be_rendered_inside_of_a_styled_block():
    from tenfold.evaluation.report import canvas

    with canvas.styled():
        axes = canvas.new_axes()[0, 0]
        assert canvas.to_png(axes).startswith(b"\x89PNG")


@needs_extra
def test_drawing_in_several_threads_draws_the_same():
    from tenfold.evaluation.report import canvas

    def draw(name: str) -> str:
        return canvas.to_inline_svg(full_report().plot_risk_coverage(), name)

    names = ["a", "b"] * 4
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(draw, names)) == [draw("a"), draw("b")] * 4
