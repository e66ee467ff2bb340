"""Everything that knows a screen: state and controls, figures, the drag layer, and what each page computes."""
