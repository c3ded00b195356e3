"""Planning the next experiment: how many people, in which arms, for how long; and how many to hold out."""
