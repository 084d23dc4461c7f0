"""The few use cases that cross rooms: whatever moves a light, and the light current when it ends."""
