"""What one person proposes and another one confirms."""
