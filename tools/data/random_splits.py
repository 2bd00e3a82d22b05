from rtfm_mmaction.workshop.cli.random_splits import main

if __name__ == '__main__':
    main()
