// What the build provides, and what browsers have that the DOM's types do not know yet.
declare module "*?worker&url" {
  const url: string;
  export default url;
}
declare module "*.css";

interface TrustedTypePolicyFactory {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): object };
}
declare var trustedTypes: TrustedTypePolicyFactory | undefined;
