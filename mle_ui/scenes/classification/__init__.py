"""The page /classification: logistic regression with one and two features, softmax in its simplex."""
