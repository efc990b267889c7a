// The generated contract, under the one name the other packages know it by. Made from proto/ at install.
export * from "./generated/assent/v1/account_pb.js";
export * from "./generated/assent/v1/cell_pb.js";
export * from "./generated/assent/v1/content_pb.js";
export * from "./generated/assent/v1/directory_pb.js";
export * from "./generated/assent/v1/discovery_pb.js";
export * from "./generated/assent/v1/envelope_pb.js";
export * from "./generated/assent/v1/error_pb.js";
export * from "./generated/assent/v1/mailbox_pb.js";
export * from "./generated/assent/v1/push_pb.js";
export * from "./generated/assent/v1/registration_pb.js";
export * from "./generated/assent/v1/revoke_pb.js";
export * from "./generated/assent/v1/signed_pb.js";
export * from "./generated/assent/v1/sms_relay_pb.js";
