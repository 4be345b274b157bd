// SPDX-License-Identifier: GPL-2.0
/*
 * Rows of a network path.  "net serve" answers; "net -w WHERE -p PREFIX" runs
 * the rows against the server at BENCH_SERVER (an IPv4 address).
 *
 * A TCP connection starts with one struct order: what to do and how often.
 * Small UDP packets go out in bursts that the server acknowledges, so that no
 * queue on the way overflows and the count is the same in every run.
 */
#include "bench.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define PORT		7001
#define CHUNK		(64 * 1024)
#define BURST		64
#define PACKET		64

struct order {
	char what;		/* 's'end to the server, 'r'eceive, 'p'ing */
	uint32_t count;		/* MiB, or round trips */
} __attribute__((packed));

static char chunk[CHUNK];
static int fd;

static void set_option(int socket, int level, int option)
{
	int one = 1;

	must(setsockopt(socket, level, option, &one, sizeof(one)));
}

static struct sockaddr_in address_of(const char *host)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(PORT),
	};

	if (host && inet_pton(AF_INET, host, &address.sin_addr) != 1)
		fail("BENCH_SERVER is no IPv4 address");
	return address;
}

static void send_all(int to, uint64_t bytes)
{
	while (bytes) {
		size_t part = bytes < CHUNK ? bytes : CHUNK;

		bytes -= must(send(to, chunk, part, 0));
	}
}

static void receive_all(int from, uint64_t bytes)
{
	while (bytes) {
		size_t part = bytes < CHUNK ? bytes : CHUNK;
		ssize_t got = must(recv(from, chunk, part, MSG_WAITALL));

		if (!got)
			fail("the other side closed the connection");
		bytes -= got;
	}
}

/* ------------------------------------------------------------ the server */
static void serve_tcp(int client)
{
	struct order order;

	set_option(client, IPPROTO_TCP, TCP_NODELAY);
	while (recv(client, &order, sizeof(order), MSG_WAITALL) ==
	       sizeof(order)) {
		if (order.what == 's') {
			receive_all(client, order.count * MIB);
			send_all(client, 1);
		} else if (order.what == 'r') {
			send_all(client, order.count * MIB);
		} else {
			while (order.count--) {
				receive_all(client, 1);
				send_all(client, 1);
			}
		}
	}
	_exit(0);
}

/* To a packet with 'p' goes one back, to a packet with 'b' a burst. */
static void serve_udp(int socket)
{
	struct sockaddr_in from;
	socklen_t size;
	char packet[PACKET];
	size_t length;
	int answers;

	for (;;) {
		size = sizeof(from);
		must(recvfrom(socket, packet, sizeof(packet), 0,
			      (struct sockaddr *)&from, &size));
		answers = packet[0] == 'p' ? 1 : packet[0] == 'b' ? BURST : 0;
		length = packet[0] == 'b' ? PACKET : 1;
		while (answers--)
			must(sendto(socket, packet, length, 0,
				    (struct sockaddr *)&from, size));
	}
}

static void serve(void)
{
	struct sockaddr_in any = address_of(NULL);
	int udp = must(socket(AF_INET, SOCK_DGRAM, 0));
	int tcp = must(socket(AF_INET, SOCK_STREAM, 0));
	int client;

	signal(SIGCHLD, SIG_IGN);
	must(bind(udp, (struct sockaddr *)&any, sizeof(any)));
	set_option(tcp, SOL_SOCKET, SO_REUSEADDR);
	must(bind(tcp, (struct sockaddr *)&any, sizeof(any)));
	must(listen(tcp, 4));
	if (!must(fork())) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve_udp(udp);
	}
	printf("serving\n");
	fflush(stdout);
	for (;;) {
		client = must(accept(tcp, NULL, NULL));
		if (!must(fork()))
			serve_tcp(client);
		close(client);
	}
}

/* -------------------------------------------------------------- the rows */
static void open_socket(int type)
{
	struct sockaddr_in server = address_of(getenv("BENCH_SERVER"));
	struct timeval patience = { .tv_sec = 20 };

	fd = must(socket(AF_INET, type, 0));
	must(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
			sizeof(patience)));
	must(connect(fd, (struct sockaddr *)&server, sizeof(server)));
	if (type == SOCK_STREAM)
		set_option(fd, IPPROTO_TCP, TCP_NODELAY);
}

static void open_tcp(unsigned int n)
{
	(void)n;
	open_socket(SOCK_STREAM);
}

static void open_udp(unsigned int n)
{
	(void)n;
	open_socket(SOCK_DGRAM);
}

static void close_socket(unsigned int n)
{
	(void)n;
	close(fd);
}

static void order(char what, uint32_t count)
{
	struct order order = { what, count };

	must(send(fd, &order, sizeof(order), 0));
}

static void tcp_rr(unsigned int n)
{
	order('p', n);
	while (n--) {
		send_all(fd, 1);
		receive_all(fd, 1);
	}
}

static void tcp_send(unsigned int n)
{
	order('s', n);
	send_all(fd, n * MIB);
	receive_all(fd, 1);
}

static void tcp_receive(unsigned int n)
{
	order('r', n);
	receive_all(fd, n * MIB);
}

static void udp_rr(unsigned int n)
{
	while (n--) {
		must(send(fd, "p", 1, 0));
		must(recv(fd, chunk, 1, 0));
	}
}

static void udp_packets(unsigned int n)
{
	char packet[PACKET] = "";

	while (n--) {
		packet[0] = n % BURST ? 0 : 'p';
		must(send(fd, packet, sizeof(packet), 0));
		if (packet[0])
			must(recv(fd, chunk, 1, 0));
	}
}

/* n is a multiple of a burst. */
static void udp_receive(unsigned int n)
{
	unsigned int i;

	for (; n; n -= BURST) {
		must(send(fd, "b", 1, 0));
		for (i = 0; i < BURST; i++)
			must(recv(fd, chunk, PACKET, 0));
	}
}

static const struct row rows[] = {
	{ "tcp_rr", 50, 1000, tcp_rr, open_tcp, close_socket },
	{ "tcp_send_mib", 4, 32, tcp_send, open_tcp, close_socket },
	{ "tcp_recv_mib", 4, 32, tcp_receive, open_tcp, close_socket },
	{ "udp_rr", 50, 1000, udp_rr, open_udp, close_socket },
	{ "udp64_send_pkt", 256, 8192, udp_packets, open_udp, close_socket },
	{ "udp64_recv_pkt", 256, 8192, udp_receive, open_udp, close_socket },
};

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "serve"))
		serve();
	if (!getenv("BENCH_SERVER") && !(argc > 1 && !strcmp(argv[1], "-l"))) {
		fprintf(stderr, "net: BENCH_SERVER names no host\n");
		return 2;
	}
	return bench_main(argc, argv, rows, ARRAY_SIZE(rows));
}
