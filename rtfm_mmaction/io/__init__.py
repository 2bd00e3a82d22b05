"""Files and video, knowing nothing of anomalies."""
