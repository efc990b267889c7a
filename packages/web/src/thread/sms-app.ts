// The device's own SMS app, opened by an `sms:` link (RFC 5724). What it does with the text is not known here.

export function openSmsApp(link: string): void {
  location.assign(link);
}
