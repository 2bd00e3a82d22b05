from rtfm_mmaction.workshop.cli.compare_features import main

if __name__ == '__main__':
    raise SystemExit(main())
