"""What an estimate does over repeated samples: from the model, from another law, from resampled data."""
