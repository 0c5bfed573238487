"""How much is read right: recipes, peers, label errors, corruptions, adapting to one hand.

Comes in: Kaggle's rows. Goes out: shares of right answers with their rows, and the chart of
accuracy against time.
"""
