"""Is this implementation, or this recorded call, a legal one? The kit that answers."""
