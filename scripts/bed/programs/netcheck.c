// SPDX-License-Identifier: GPL-2.0
/*
 * netcheck - what a network device sends and receives arrives whole.
 *
 *	netcheck serve PORT			answer TCP and UDP until killed
 *	netcheck tcp ADDRESS PORT MIB [SEED]
 *	netcheck udp ADDRESS PORT COUNT SIZE
 *	netcheck blast ADDRESS PORT SECONDS	one way, only counted
 *	netcheck sink PORT			the same as serve
 *
 * tcp streams MIB of data in writes of 1 byte to 64 KiB, the server compares
 * every byte and answers with its count and CRC, then streams as much back for
 * the client to compare.  udp makes COUNT echo round trips with datagrams of
 * SIZE bytes (16 to 60000, so that large ones are fragmented); a lost one is
 * sent again, up to 5 times, a corrupt one is a failure.  ADDRESS is IPv4 or
 * IPv6, with %INTERFACE for a link-local one.
 *
 * build: 64
 */
#include "bed.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#define USAGE "netcheck serve|sink PORT | tcp ADDRESS PORT MIB [SEED] | " \
	"udp ADDRESS PORT COUNT SIZE | blast ADDRESS PORT SECONDS"
#define MAGIC 0x6e42c4edU
#define PIECE_MAX (64 * 1024)
#define DATAGRAM_MAX 60000
#define UDP_TRIES 6
#define STALL_SECONDS 120
#define CONNECT_SECONDS 10

enum mode { MODE_CHECK = 1, MODE_COUNT };

/* What opens a TCP connection. */
struct hello {
	uint32_t magic, mode;
	uint64_t bytes, seed;
};

/* What a server says about the stream that it has received. */
struct verdict {
	uint32_t magic, good;
	uint64_t bytes;
	uint32_t crc, reserved;
	char trouble[160];
};

/* One direction of a connection; trouble is empty while all is well. */
struct stream {
	int fd;
	uint64_t bytes, seed, done, pieces;
	uint32_t crc;
	char trouble[160];
};

struct datagram {
	uint32_t magic, crc;	/* of all that follows */
	uint64_t sequence;
	uint64_t data[(DATAGRAM_MAX + 7) / 8];
};

/* -------------------------------------------------------------- sockets */
static socklen_t parse_address(const char *text, uint16_t port, struct sockaddr_storage *address)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;
	char name[INET6_ADDRSTRLEN];
	size_t length = strcspn(text, "%");

	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		return sizeof(*v4);
	}
	snprintf(name, sizeof(name), "%.*s", (int)length, text);
	if (length >= sizeof(name) || inet_pton(AF_INET6, name, &v6->sin6_addr) != 1)
		usage(USAGE);
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	if (text[length]) {
		v6->sin6_scope_id = if_nametoindex(text + length + 1);
		if (!v6->sin6_scope_id)
			fail("expected an interface %s, got none", text + length + 1);
	}
	return sizeof(*v6);
}

static void tune(int fd)
{
	struct timeval stall = { .tv_sec = STALL_SECONDS };
	int on = 1;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &stall, sizeof(stall));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &stall, sizeof(stall));
	/* Small writes become small packets. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

/* The server may have been started a moment ago: a refusal is tried again. */
static int connect_to(const char *text, uint16_t port, int type)
{
	int64_t end = now_ns() + CONNECT_SECONDS * NSEC_PER_SEC;
	struct sockaddr_storage address;
	socklen_t length = parse_address(text, port, &address);
	int fd;

	for (;;) {
		fd = socket(address.ss_family, type | SOCK_CLOEXEC, 0);
		if (fd < 0)
			fail_errno("socket");
		if (!connect(fd, (struct sockaddr *)&address, length))
			break;
		if (errno != ECONNREFUSED || now_ns() > end)
			fail("expected to connect to %s port %u, got %s", text, port,
			     strerror(errno));
		close(fd);
		sleep_ns(200 * NSEC_PER_MSEC);
	}
	tune(fd);
	return fd;
}

/* One socket for both families, or for IPv4 where there is no IPv6. */
static int listen_on(uint16_t port, int type)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(port) };
	int on = 1, off = 0, error, fd = socket(AF_INET6, type | SOCK_CLOEXEC, 0);

	if (fd >= 0) {
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
		error = bind(fd, (struct sockaddr *)&v6, sizeof(v6));
	} else {
		fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
		if (fd < 0)
			fail_errno("socket");
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		error = bind(fd, (struct sockaddr *)&v4, sizeof(v4));
	}
	if (error || (type == SOCK_STREAM && listen(fd, 64)))
		fail("expected port %u to be free, got %s", port, strerror(errno));
	return fd;
}

/* -------------------------------------------------------------- streams */
static bool send_all(struct stream *stream, const void *data, size_t length)
{
	const char *next = data;
	ssize_t sent;

	while (length) {
		sent = send(stream->fd, next, length, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0) {
			snprintf(stream->trouble, sizeof(stream->trouble),
				 "sending stopped after %llu bytes: %s",
				 (unsigned long long)stream->done, strerror(errno));
			return false;
		}
		next += sent;
		length -= (size_t)sent;
	}
	return true;
}

static bool receive_all(struct stream *stream, void *data, size_t length)
{
	char *next = data;
	ssize_t got;

	while (length) {
		got = recv(stream->fd, next, length, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			snprintf(stream->trouble, sizeof(stream->trouble),
				 "receiving stopped after %llu bytes: %s",
				 (unsigned long long)stream->done,
				 got ? strerror(errno) : "the other side closed");
			return false;
		}
		next += got;
		length -= (size_t)got;
	}
	return true;
}

/* pattern_at - the bytes of the pattern from any offset on. */
static const char *pattern_at(uint64_t *buffer, const struct stream *stream, size_t length)
{
	uint64_t start = stream->done & ~7ULL;
	size_t skip = stream->done & 7;

	pattern_fill(buffer, (skip + length + 7) & ~7UL, stream->seed, start);
	return (char *)buffer + skip;
}

/* Piece lengths are drawn by magnitude: as many of 1 or 2 bytes as above 32 KiB. */
static size_t piece_length(const struct stream *stream, uint64_t *state)
{
	uint64_t length = 1ULL << random_below(state, 17);

	length += random_below(state, length);
	if (length > PIECE_MAX)
		length = PIECE_MAX;
	return length < stream->bytes - stream->done ? length : stream->bytes - stream->done;
}

static bool stream_send(struct stream *stream)
{
	static __thread uint64_t buffer[PIECE_MAX / 8 + 2];
	uint64_t state = ~stream->seed;
	const char *data;
	size_t length;

	while (stream->done < stream->bytes) {
		length = piece_length(stream, &state);
		data = pattern_at(buffer, stream, length);
		if (!send_all(stream, data, length))
			return false;
		stream->crc = crc32c(stream->crc, data, length);
		stream->done += length;
		stream->pieces++;
	}
	return send_all(stream, &stream->crc, sizeof(stream->crc));
}

static void note_difference(struct stream *stream, const char *got, const char *want, size_t length)
{
	size_t at = 0;

	while (at < length && got[at] == want[at])
		at++;
	snprintf(stream->trouble, sizeof(stream->trouble),
		 "expected byte 0x%02x at %llu of the stream, got 0x%02x", (unsigned char)want[at],
		 (unsigned long long)(stream->done + at), (unsigned char)got[at]);
}

/* Goes on to the end after a difference, so that both sides stay in step. */
static bool stream_receive(struct stream *stream)
{
	static __thread uint64_t expected[PIECE_MAX / 8 + 2];
	static __thread char buffer[PIECE_MAX];
	uint64_t state = stream->seed + 1;
	const char *want;
	uint32_t crc;
	size_t length;

	while (stream->done < stream->bytes) {
		length = piece_length(stream, &state);
		if (!receive_all(stream, buffer, length))
			return false;
		want = pattern_at(expected, stream, length);
		if (!stream->trouble[0] && memcmp(buffer, want, length))
			note_difference(stream, buffer, want, length);
		stream->crc = crc32c(stream->crc, buffer, length);
		stream->done += length;
		stream->pieces++;
	}
	if (!receive_all(stream, &crc, sizeof(crc)))
		return false;
	if (!stream->trouble[0] && crc != stream->crc)
		snprintf(stream->trouble, sizeof(stream->trouble),
			 "expected CRC %08x, got %08x", crc, stream->crc);
	return !stream->trouble[0];
}

/* --------------------------------------------------------------- server */
static bool send_verdict(struct stream *stream)
{
	struct verdict verdict = {
		.magic = MAGIC, .good = !stream->trouble[0],
		.bytes = stream->done, .crc = stream->crc,
	};

	memcpy(verdict.trouble, stream->trouble, sizeof(verdict.trouble));
	return send_all(stream, &verdict, sizeof(verdict));
}

static void serve_check(struct stream *in)
{
	struct stream out = { .fd = in->fd, .bytes = in->bytes, .seed = in->seed + 1 };

	stream_receive(in);
	if (in->done == in->bytes && send_verdict(in) && !in->trouble[0] && !stream_send(&out))
		memcpy(in->trouble, out.trouble, sizeof(in->trouble));
}

static void serve_count(struct stream *in)
{
	static __thread char buffer[PIECE_MAX];
	ssize_t got;

	while ((got = recv(in->fd, buffer, sizeof(buffer), 0)) > 0)
		in->done += (uint64_t)got;
	if (got < 0)
		snprintf(in->trouble, sizeof(in->trouble), "receiving stopped after %llu bytes: %s",
			 (unsigned long long)in->done, strerror(errno));
	send_verdict(in);
}

static void *serve_connection(void *argument)
{
	struct stream in = { .fd = (int)(intptr_t)argument };
	struct hello hello;

	if (receive_all(&in, &hello, sizeof(hello))) {
		in.bytes = hello.bytes;
		in.seed = hello.seed;
		if (hello.magic != MAGIC)
			snprintf(in.trouble, sizeof(in.trouble), "expected a hello, got 0x%08x",
				 hello.magic);
		else if (hello.mode == MODE_CHECK)
			serve_check(&in);
		else
			serve_count(&in);
	}
	if (in.trouble[0])
		fprintf(stderr, "netcheck: serve: %s\n", in.trouble);
	close(in.fd);
	return NULL;
}

static void *serve_datagrams(void *argument)
{
	static char buffer[65536];
	struct sockaddr_storage from;
	int fd = (int)(intptr_t)argument;
	socklen_t length;
	ssize_t got;

	for (;;) {
		length = sizeof(from);
		got = recvfrom(fd, buffer, sizeof(buffer), 0, (struct sockaddr *)&from, &length);
		if (got >= 0)
			sendto(fd, buffer, (size_t)got, 0, (struct sockaddr *)&from, length);
	}
	return NULL;
}

static __attribute__((noreturn)) void do_serve(uint16_t port)
{
	int fd, listener = listen_on(port, SOCK_STREAM);
	pthread_t thread;

	thread_start(serve_datagrams, (void *)(intptr_t)listen_on(port, SOCK_DGRAM));
	say("serving on port %u", port);
	for (;;) {
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			continue;
		tune(fd);
		if (pthread_create(&thread, NULL, serve_connection, (void *)(intptr_t)fd))
			close(fd);
		else
			pthread_detach(thread);
	}
}

/* -------------------------------------------------------------- clients */
static void take_verdict(struct stream *out)
{
	struct verdict verdict;

	if (!receive_all(out, &verdict, sizeof(verdict)))
		fail("expected the server's verdict: %s", out->trouble);
	if (verdict.magic != MAGIC)
		fail("expected a verdict, got 0x%08x", verdict.magic);
	if (!verdict.good)
		fail("the server says: %.160s", verdict.trouble);
	if (verdict.bytes != out->done || verdict.crc != out->crc)
		fail("expected %llu bytes, CRC %08x at the server, got %llu, %08x",
		     (unsigned long long)out->done, out->crc, (unsigned long long)verdict.bytes,
		     verdict.crc);
}

static int do_tcp(const char *address, uint16_t port, uint64_t mib, uint64_t seed)
{
	struct hello hello = { MAGIC, MODE_CHECK, mib * MIB, seed };
	struct stream out = {
		.fd = connect_to(address, port, SOCK_STREAM), .bytes = mib * MIB, .seed = seed,
	};
	struct stream in = { .fd = out.fd, .bytes = out.bytes, .seed = seed + 1 };
	int64_t start = now_ns(), turn;

	if (!send_all(&out, &hello, sizeof(hello)) || !stream_send(&out))
		fail("to the server: %s", out.trouble);
	take_verdict(&out);
	turn = now_ns();
	if (!stream_receive(&in))
		fail("from the server: %s", in.trouble);
	say("tcp %s: %llu MiB out in %llu writes, %lld ms, CRC %08x; as much back, %lld ms, "
	    "CRC %08x", address, (unsigned long long)mib, (unsigned long long)out.pieces,
	    (long long)((turn - start) / NSEC_PER_MSEC), out.crc,
	    (long long)((now_ns() - turn) / NSEC_PER_MSEC), in.crc);
	return 0;
}

static uint32_t datagram_crc(const struct datagram *datagram, size_t size)
{
	size_t skip = offsetof(struct datagram, sequence);

	return crc32c(0, (const char *)datagram + skip, size - skip);
}

/* await_echo - false when none came in time; an echo of an older one is passed over. */
static bool await_echo(int fd, const struct datagram *sent, size_t size, unsigned int *late)
{
	static struct datagram got;
	int64_t end = now_ns() + NSEC_PER_SEC, left;
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	ssize_t length;

	while ((left = end - now_ns()) > 0) {
		if (poll(&ready, 1, (int)(left / NSEC_PER_MSEC) + 1) <= 0)
			continue;
		length = recv(fd, &got, sizeof(got), 0);
		if (length < 0) {	/* nobody listens yet, say */
			sleep_ns(200 * NSEC_PER_MSEC);
			continue;
		}
		if ((size_t)length != size || got.magic != MAGIC ||
		    got.crc != datagram_crc(&got, size))
			fail("expected %zu bytes with CRC %08x, got %zd bytes, CRC %08x, saying "
			     "%08x", size, sent->crc, length,
			     length < 16 ? 0 : datagram_crc(&got, (size_t)length), got.crc);
		if (got.sequence >= sent->sequence) {
			if (memcmp(&got, sent, size))
				fail("expected datagram %llu, got %llu",
				     (unsigned long long)sent->sequence,
				     (unsigned long long)got.sequence);
			return true;
		}
		++*late;
	}
	return false;
}

static int do_udp(const char *address, uint16_t port, uint64_t count, size_t size)
{
	static struct datagram datagram = { .magic = MAGIC };
	unsigned int lost = 0, late = 0, try;
	int fd = connect_to(address, port, SOCK_DGRAM);
	int64_t start = now_ns();
	uint64_t i;

	for (i = 1; i <= count; i++) {
		datagram.sequence = i;
		pattern_fill(datagram.data, (size - 16 + 7) & ~7UL, i, 0);
		datagram.crc = datagram_crc(&datagram, size);
		for (try = 0; try < UDP_TRIES; try++) {
			/* A failure to send counts as a loss: queues may be full. */
			if (send(fd, &datagram, size, MSG_NOSIGNAL) < 0 && errno == EMSGSIZE)
				fail_errno("send");
			if (await_echo(fd, &datagram, size, &late))
				break;
			lost++;
		}
		if (try == UDP_TRIES)
			fail("expected an echo of datagram %llu, got none in %d tries",
			     (unsigned long long)i, UDP_TRIES);
	}
	say("udp %s: %llu round trips of %zu bytes, %u lost, %u late, %lld us each", address,
	    (unsigned long long)count, size, lost, late,
	    (long long)((now_ns() - start) / (int64_t)count / 1000));
	return 0;
}

static int do_blast(const char *address, uint16_t port, uint64_t seconds)
{
	struct hello hello = { MAGIC, MODE_COUNT, 0, 0 };
	struct stream out = { .fd = connect_to(address, port, SOCK_STREAM) };
	int64_t start = now_ns(), end = start + (int64_t)seconds * NSEC_PER_SEC;
	static char buffer[PIECE_MAX];
	double taken;

	if (!send_all(&out, &hello, sizeof(hello)))
		fail("to the server: %s", out.trouble);
	while (now_ns() < end) {
		if (!send_all(&out, buffer, sizeof(buffer)))
			fail("to the server: %s", out.trouble);
		out.done += sizeof(buffer);
	}
	shutdown(out.fd, SHUT_WR);
	take_verdict(&out);
	taken = (double)(now_ns() - start) / NSEC_PER_SEC;
	say("blast %s: %llu MiB in %.2f s, %.1f MiB/s, all counted by the server", address,
	    (unsigned long long)(out.done / MIB), taken, (double)(out.done / MIB) / taken);
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "";
	uint16_t port;

	bed_step = verb;
	if (argc == 3 && (!strcmp(verb, "serve") || !strcmp(verb, "sink")))
		do_serve((uint16_t)number(argv[2], 1, 65535));
	if (argc < 5)
		usage(USAGE);
	port = (uint16_t)number(argv[3], 1, 65535);
	if (argc <= 6 && !strcmp(verb, "tcp"))
		return do_tcp(argv[2], port, number(argv[4], 1, 1 << 20),
			      argc > 5 ? number(argv[5], 0, UINT64_MAX) : 1);
	if (argc == 6 && !strcmp(verb, "udp"))
		return do_udp(argv[2], port, number(argv[4], 1, UINT32_MAX),
			      number(argv[5], 16, DATAGRAM_MAX));
	if (argc == 5 && !strcmp(verb, "blast"))
		return do_blast(argv[2], port, number(argv[4], 1, 100000));
	usage(USAGE);
}
