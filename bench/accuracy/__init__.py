"""How much is read right: recipes, peers, label errors, corruptions, fine-tuning for one writer.

Comes in: Kaggle's rows. Goes out: shares of right answers with their rows, and the chart of
accuracy against time.
"""
