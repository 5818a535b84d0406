"""The transportation problem in its parts: many prospects, few ambassadors with several places.

Everything here works on small whole numbers in numpy arrays and knows nothing of people.
"""
