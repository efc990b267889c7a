/* For tests: lets a program that speaks SCTP run where the kernel has none. Loaded before its libraries, it carries each
 * one-to-one SCTP socket over TCP, every message behind its length (32 bits, highest octet first). One stream, one
 * address, no notifications: what an MSC and one telephone on the same machine need, and nothing else. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { sctp_protocol = 132, longest_message = 65536, info_length = 32, end_of_record = 0x80 };

int socket(int family, int type, int protocol) {
  int (*real)(int, int, int) = dlsym(RTLD_NEXT, "socket");
  return real(family, type, protocol == sctp_protocol ? IPPROTO_TCP : protocol);
}

int setsockopt(int file, int level, int option, const void *value, socklen_t length) {
  int (*real)(int, int, int, const void *, socklen_t) = dlsym(RTLD_NEXT, "setsockopt");
  return level == sctp_protocol ? 0 : real(file, level, option, value, length);
}

int getsockopt(int file, int level, int option, void *value, socklen_t *length) {
  int (*real)(int, int, int, void *, socklen_t *) = dlsym(RTLD_NEXT, "getsockopt");
  if (level != sctp_protocol) return real(file, level, option, value, length);
  memset(value, 0, *length);
  return 0;
}

/* All of it: the other side writes each message at once, so the rest is already on its way. */
static int read_whole(int file, void *buffer, size_t length) {
  size_t done = 0;
  while (done < length) {
    ssize_t count = recv(file, (char *)buffer + done, length - done, MSG_WAITALL);
    if (count == 0) return 0;
    if (count > 0) done += (size_t)count;
    else if (errno == EAGAIN || errno == EINTR) usleep(500);
    else return -1;
  }
  return (int)length;
}

int sctp_recvmsg(int file, void *message, size_t most, struct sockaddr *from, socklen_t *from_length,
                 void *info, int *flags) {
  (void)from, (void)from_length;
  uint32_t length;
  ssize_t seen = recv(file, &length, sizeof length, MSG_PEEK);
  if (seen <= 0) return (int)seen;
  if (seen < (ssize_t)sizeof length) return errno = EAGAIN, -1;
  if (ntohl(length) > most) return errno = EMSGSIZE, -1;
  if (read_whole(file, &length, sizeof length) <= 0) return -1;
  if (flags) *flags = end_of_record;
  if (info) memset(info, 0, info_length);
  return read_whole(file, message, ntohl(length));
}

static int send_framed(int file, const void *message, size_t length) {
  char framed[sizeof(uint32_t) + longest_message];
  uint32_t head = htonl((uint32_t)length);
  if (length > longest_message) return errno = EMSGSIZE, -1;
  memcpy(framed, &head, sizeof head);
  memcpy(framed + sizeof head, message, length);
  ssize_t sent = send(file, framed, sizeof head + length, MSG_NOSIGNAL);
  return sent == (ssize_t)(sizeof head + length) ? (int)length : -1;
}

int sctp_sendmsg(int file, const void *message, size_t length, struct sockaddr *to, socklen_t to_length,
                 uint32_t protocol, uint32_t flags, uint16_t stream, uint32_t lifetime, uint32_t context) {
  (void)to, (void)to_length, (void)protocol, (void)flags, (void)stream, (void)lifetime, (void)context;
  return send_framed(file, message, length);
}

int sctp_send(int file, const void *message, size_t length, const void *info, int flags) {
  (void)info, (void)flags;
  return send_framed(file, message, length);
}

static socklen_t length_of(const struct sockaddr *address) {
  return address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

int sctp_bindx(int file, struct sockaddr *addresses, int count, int flags) {
  (void)count, (void)flags;
  return bind(file, addresses, length_of(addresses));
}

int sctp_connectx(int file, struct sockaddr *addresses, int count, void *id) {
  (void)count, (void)id;
  return connect(file, addresses, length_of(addresses));
}
