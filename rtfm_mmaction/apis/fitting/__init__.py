"""From two folders of videos to a judged detector."""
