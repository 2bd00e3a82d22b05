"""What makes data and experiments; training and scoring need none of it."""
