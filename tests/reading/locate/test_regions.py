"""Grids with what they lack between their cells."""

from tenfold.reading.locate.regions import Region, completed


def region(row, column):
    left, top = 100.0 * column, 50.0 * row
    return Region(left, top, left + 96, top + 46, 20.0, True)


def grid(rows, columns, without=()):
    places = [(r, c) for r in range(rows) for c in range(columns) if (r, c) not in without]
    return {place: region(*place) for place in places}


def ink_of(left, top, right, bottom):
    return 5.0


def test_a_cell_between_others_is_filled_in_from_its_row_and_column():
    (whole,) = completed([grid(3, 3, without=[(1, 1)])], ink_of)
    assert whole[1, 1] == Region(100, 50, 196, 96, 5.0, True)
    assert len(whole) == 9


def test_what_lies_there_of_another_grid_belongs_to_it():
    (whole,) = completed([{(0, 0): region(1, 1)}, grid(3, 3, without=[(1, 1)])], ink_of)
    assert len(whole) == 9


def test_a_wide_cell_over_several_columns_is_not_filled_again():
    wide = Region(0, 50, 196, 96, 20.0, True)
    given = {**grid(3, 2, without=[(1, 0), (1, 1)]), (1, 0): wide}
    assert completed([given], ink_of) == [given]


def test_a_grid_that_lacks_too_many_stays_as_it_is():
    few = grid(3, 3, without=[(0, 1), (0, 2), (1, 0), (1, 2), (2, 0)])
    assert completed([few], ink_of) == [few]
