// A serial line for a modem that is a program: opens a pseudo terminal, writes its name as the first line on standard output,
// then carries octets between it and standard input and output. Ends with standard input.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static int carry(int from, int to) {
	char octets[4096];
	ssize_t length = read(from, octets, sizeof octets);
	if (length <= 0) return 0;
	for (ssize_t done = 0; done < length;) {
		ssize_t written = write(to, octets + done, (size_t)(length - done));
		if (written < 0) return 0;
		done += written;
	}
	return 1;
}

int main(void) {
	int line = posix_openpt(O_RDWR | O_NOCTTY);
	if (line < 0 || grantpt(line) || unlockpt(line)) return 1;
	const char *name = ptsname(line);
	// Held open, so that the line lives on while the program at its other end opens and closes it.
	int other = open(name, O_RDWR | O_NOCTTY);
	struct termios settings;
	if (other < 0 || tcgetattr(other, &settings)) return 1;
	cfmakeraw(&settings);
	if (tcsetattr(other, TCSANOW, &settings)) return 1;
	dprintf(1, "%s\n", name);
	struct pollfd watched[] = {{0, POLLIN, 0}, {line, POLLIN, 0}};
	while (poll(watched, 2, -1) > 0) {
		if (watched[0].revents && !carry(0, line)) return 0;
		if (watched[1].revents && !carry(line, 1)) return 0;
	}
	return 0;
}
