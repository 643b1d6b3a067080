"""Words to WAV: pyttsx3 in a child process, each file checked, kept by its text. It knows no room."""
